// Another process that opens a store: prints the refusal's code, or `open` and stays.
import { StoreError } from "../../src/store/errors.ts";
import { open } from "./support.ts";

const [directory = "", stay] = process.argv.slice(2);
try {
  const store = open(directory);
  console.log("open");
  if (stay === undefined) await store.close();
} catch (error) {
  console.log(error instanceof StoreError ? error.code : String(error));
}
