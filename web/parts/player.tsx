// Plays one recording. Without scripts it is the browser's own player; web/islands/player.ts adds
// the two voices as waveforms.
import type { View } from "./view.ts";

export function Player(props: {
  view: View;
  src: string;
  /** Who is heard on the left and on the right channel. */
  channels: readonly [string, string];
}) {
  const { view, src, channels } = props;
  const { t } = view;
  return (
    <div class="player" data-player={src} data-broken={t("player.broken")}>
      {channels.map((who, index) => (
        <div class="wave" key={index} hidden>
          <span>{t(index === 0 ? "call.left" : "call.right", { who })}</span>
          <canvas height={44} />
        </div>
      ))}
      <audio controls preload="metadata" src={src} aria-label={t("call.recording")}>
        {/* Nobody has written down what was said. */}
        <track kind="captions" />
      </audio>
      <p class="form-error" role="alert" hidden>
        {t("player.broken")}
      </p>
    </div>
  );
}
