// Tells systemd that the box is ready, when systemd runs it (sd_notify(3)). The notification goes
// through systemd's own program: Bun has no datagram socket of the Unix kind.

/** @param state  e.g. `--ready` or `--stopping`; does nothing outside systemd; never throws */
export function notifyServiceManager(state: "--ready" | "--stopping"): void {
  if (process.env.NOTIFY_SOCKET === undefined) return;
  Bun.spawn(["systemd-notify", state], { stdout: "ignore", stderr: "ignore" }).unref();
}
