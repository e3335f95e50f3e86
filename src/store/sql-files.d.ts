// Bun gives a file imported with { type: "text" } as its text.
declare module "*.sql" {
  const text: string;
  export default text;
}
