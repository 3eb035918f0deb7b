export default () => ({ say: (text: string) => text });
