// The page's listening socket, and why it could not be had.

/** Nobody can be served there. The message names the variables to change. */
export class ListenError extends Error {}

/** @throws ListenError when the port is taken or the host is none of this machine's */
export function listen<Data>(
  at: { readonly host: string; readonly port: number },
  options: Pick<Bun.Serve.Options<Data>, "idleTimeout" | "maxRequestBodySize"> & {
    readonly fetch: (request: Request, server: Bun.Server<Data>) => Response | Promise<Response>;
    readonly websocket: Bun.WebSocketHandler<Data>;
  },
): Bun.Server<Data> {
  const { host: hostname, port } = at;
  try {
    return Bun.serve<Data>({ hostname, port, ...options });
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new ListenError(
      `Cannot listen on ${hostname}:${port} (${why}). ` +
        "Stop what holds it, or choose another LINEFINDER_PORT or LINEFINDER_HOST.",
    );
  }
}
