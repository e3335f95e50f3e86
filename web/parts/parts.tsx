// Small parts used on many pages: field, note, tag, figures, empty state, skeleton.
import type { ComponentChildren } from "preact";

export function Field(props: {
  name: string;
  label: string;
  hint?: string | undefined;
  error?: string | undefined;
  class?: string;
  children: (attributes: {
    id: string;
    name: string;
    class: string;
    "aria-invalid"?: "true";
    "aria-describedby"?: string;
  }) => ComponentChildren;
}) {
  const id = `field-${props.name}`;
  const described = props.error ? `${id}-error` : props.hint ? `${id}-hint` : undefined;
  return (
    <div class={`field ${props.class ?? ""}`}>
      <label for={id}>{props.label}</label>
      {props.children({
        id,
        name: props.name,
        class: "in",
        ...(props.error ? { "aria-invalid": "true" as const } : {}),
        ...(described ? { "aria-describedby": described } : {}),
      })}
      {props.error ? (
        <small class="wrong" id={`${id}-error`}>
          {props.error}
        </small>
      ) : (
        props.hint && <small id={`${id}-hint`}>{props.hint}</small>
      )}
    </div>
  );
}

export type TagKind = "plain" | "ok" | "miss" | "ring" | "live";

export function Tag({ kind = "plain", children }: { kind?: TagKind; children: ComponentChildren }) {
  return <span class={kind === "plain" ? "tag" : `tag ${kind}`}>{children}</span>;
}

/** Something to know or to act on: what it is, what to do, since when. */
export function Note(props: {
  alarm?: boolean;
  title: string;
  text: string;
  when?: string | undefined;
  children?: ComponentChildren;
}) {
  return (
    <div class={props.alarm ? "note alarm" : "note"}>
      <div>
        <p>
          <b>{props.title}</b>
        </p>
        <p>
          {props.text} {props.when && <small>{props.when}</small>}
        </p>
      </div>
      {props.children}
    </div>
  );
}

export interface Figure {
  readonly label: string;
  readonly value: string;
  readonly note: ComponentChildren;
}

export function Figures({ label, figures }: { label: string; figures: readonly Figure[] }) {
  return (
    <dl class="box figs" aria-label={label}>
      {figures.map((figure) => (
        <div class="fig" key={figure.label}>
          <dt>{figure.label}</dt>
          <dd>
            <b>{figure.value}</b>
            <small>{figure.note}</small>
          </dd>
        </div>
      ))}
    </dl>
  );
}

/** Nothing here yet, or nothing found: says so and what would change it. */
export function Empty(props: { title: string; hint: string; children?: ComponentChildren }) {
  return (
    <div class="empty">
      <svg viewBox="0 0 44 44" aria-hidden="true">
        <path
          d="M8 31v-4a14 14 0 0 1 28 0v4M8 31a3.5 3.5 0 0 0 7 0v-1a3.5 3.5 0 0 0-7 0M29 31
             a3.5 3.5 0 0 0 7 0v-1a3.5 3.5 0 0 0-7 0"
          fill="none"
          stroke="currentColor"
          stroke-width="1.8"
          stroke-linecap="round"
        />
      </svg>
      <b>{props.title}</b>
      <p>{props.hint}</p>
      {props.children}
    </div>
  );
}

/** Stands where slow content will appear. */
export function Skeleton({ label, rows = 6 }: { label: string; rows?: number }) {
  return (
    <div class="skeleton" role="status">
      <span class="sr">{label}</span>
      {Array.from({ length: rows }, (_, row) => (
        <i key={row} aria-hidden="true" />
      ))}
    </div>
  );
}

/** Counts up in the browser from `since` (epoch ms); the text is right when it leaves here. */
export function Since({ since, text }: { since: number; text: string }) {
  return (
    <time class="since" data-since={Math.round(since)}>
      {text}
    </time>
  );
}
