// Loaded before everything else: until main.ts can take the box down in good order there is nothing
// to take down, and a service that is asked to stop while it loads has not failed.
process.on("SIGTERM", () => process.exit(0));
