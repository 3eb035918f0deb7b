/* Logs so many lines with the original's library, through the logging daemon. */
#include <stdlib.h>
#include <unistd.h>
#include <glib.h>
#include <clplumbing/cl_log.h>

int main(int argc, char **argv)
{
	int count = argc > 1 ? atoi(argv[1]) : 1;

	cl_log_set_entity("cprogram");
	cl_log_set_facility(LOG_USER);
	cl_log_set_uselogd(TRUE);
	for (int at = 1; at <= count; at++) {
		cl_log(at % 10 == 0 ? LOG_WARNING : LOG_INFO, "line %d of %d", at, count);
		/* The library keeps 64 lines, and sends them while it is called. */
		usleep(500);
	}
	cl_flush_logs();
	return 0;
}
