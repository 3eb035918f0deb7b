/*
 * Writes to Pacemaker's CIB with a connection that stays: `client SECONDS CLIENTS configuration|tickets`. Each
 * client is a process; each prints a line for each write: milliseconds.
 */
#include <crm/cib.h>
#include <libxml/tree.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static double now_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1e3 + t.tv_nsec / 1e6;
}

static xmlNode *child(xmlNode *parent, const char *name, const char *id)
{
    xmlNode *node = xmlNewChild(parent, NULL, (const xmlChar *) name, NULL);
    if (id != NULL) xmlNewProp(node, (const xmlChar *) "id", (const xmlChar *) id);
    return node;
}

static xmlNode *change(int configuration, const char *id, const char *value)
{
    xmlNode *section = xmlNewNode(NULL, (const xmlChar *) (configuration ? "crm_config" : "status"));
    if (!configuration) {
        xmlNode *ticket = child(child(section, "tickets", NULL), "ticket_state", id);
        xmlNewProp(ticket, (const xmlChar *) "last-granted", (const xmlChar *) value);
        return section;
    }
    xmlNode *pair = child(child(section, "cluster_property_set", "bench"), "nvpair", id);
    xmlNewProp(pair, (const xmlChar *) "name", (const xmlChar *) id);
    xmlNewProp(pair, (const xmlChar *) "value", (const xmlChar *) value);
    return section;
}

static int work(double until, int number, int configuration)
{
    cib_t *cib = cib_new();
    char id[32], value[32];
    if (cib == NULL || cib->cmds->signon(cib, "bench", cib_command) != 0) {
        fprintf(stderr, "no CIB\n");
        return 1;
    }
    snprintf(id, sizeof id, "b%d", number);
    for (int count = 0; now_ms() < until; count++) {
        snprintf(value, sizeof value, "%d", count);
        xmlNode *section = change(configuration, id, value);
        double begun = now_ms();
        int rc = cib->cmds->modify(
            cib, configuration ? "crm_config" : "status", section, cib_sync_call | cib_can_create);
        if (rc != 0) {
            fprintf(stderr, "write %d gives %d\n", count, rc);
            return 1;
        }
        printf("%.3f\n", now_ms() - begun);
        xmlFreeNode(section);
    }
    cib->cmds->signoff(cib);
    return 0;
}

int main(int argc, char **argv)
{
    if (argc != 4) return 64;
    double until = now_ms() + atof(argv[1]) * 1e3;
    int clients = atoi(argv[2]), failed = 0;
    for (int number = 0; number < clients; number++) {
        if (fork() != 0) continue;
        int code = work(until, number, strcmp(argv[3], "configuration") == 0);
        fflush(stdout);
        _exit(code);
    }
    for (int status; wait(&status) > 0;) failed |= status != 0;
    return failed;
}
