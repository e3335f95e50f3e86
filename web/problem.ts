// Refusals: thrown anywhere below the edge, answered as RFC 9457 problem details by the API and as
// a page by the rest. The code is what programs and tests look at, never the text.

export const problems = {
  malformed: { status: 400, title: "The request is not well-formed" },
  signInNeeded: { status: 401, title: "Sign in first" },
  wrongPassword: { status: 401, title: "Wrong name or password" },
  notAllowed: { status: 403, title: "Not allowed" },
  crossSite: { status: 403, title: "The request came from another site" },
  badCsrf: { status: 403, title: "The form's token is missing or old" },
  notFound: { status: 404, title: "Not found" },
  recordingMissing: { status: 404, title: "The recording is not on disk" },
  recordingDamaged: { status: 404, title: "The recording's file is not a WAV file" },
  methodNotAllowed: { status: 405, title: "Method not allowed" },
  conflict: { status: 409, title: "Conflicts with the present configuration" },
  lineTaken: { status: 409, title: "The line has a far end already" },
  extensionBusy: { status: 409, title: "The extension is busy" },
  tooLarge: { status: 413, title: "The request is too large" },
  wrongType: { status: 415, title: "Wrong content type" },
  rangeWrong: { status: 416, title: "Range not satisfiable" },
  invalid: { status: 422, title: "The request has invalid values" },
  upgradeNeeded: { status: 426, title: "A WebSocket is needed here" },
  tooMany: { status: 429, title: "Too many attempts" },
  internal: { status: 500, title: "Something went wrong in the box" },
  setUpNeeded: { status: 503, title: "The owner's password has not been set yet" },
  busy: { status: 503, title: "Too busy, try again" },
  diskFull: { status: 507, title: "The disk is full; nothing was changed" },
} as const;

export type ProblemCode = keyof typeof problems;

/** Where in the request a value is wrong, as a person would write it: `groups[0]`. */
export interface FieldError {
  readonly path: string;
  readonly message: string;
}

export class Refusal extends Error {
  constructor(
    readonly code: ProblemCode,
    readonly detail: string = "",
    readonly errors: readonly FieldError[] = [],
    readonly headers: Readonly<Record<string, string>> = {},
  ) {
    super(detail === "" ? code : `${code}: ${detail}`);
  }

  get status(): number {
    return problems[this.code].status;
  }
}

/** The API's answer to a refusal. */
export function problemResponse(refusal: Refusal): Response {
  const { status, title } = problems[refusal.code];
  const body = {
    type: `urn:linefinder:problem:${refusal.code}`,
    title,
    status,
    ...(refusal.detail === "" ? {} : { detail: refusal.detail }),
    ...(refusal.errors.length === 0 ? {} : { errors: refusal.errors }),
  };
  return new Response(JSON.stringify(body), {
    status,
    headers: { "Content-Type": "application/problem+json", ...refusal.headers },
  });
}
