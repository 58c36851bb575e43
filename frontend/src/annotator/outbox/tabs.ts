import type { Change } from "./changes";
import type { Answer } from "./send";

/** What one tab tells the others: what waits has changed, or the server has answered. */
export type News =
  | { kind: "changed" }
  | { kind: "sent"; change: Change; answer: Answer }
  | { kind: "refused"; change: Change };

/**
 * The tabs of this browser, which have one outbox. Browsers offer locks on encrypted addresses and this computer's own
 * only: elsewhere two tabs may send the same change, which does no harm.
 */
export class Tabs {
  onNews: (news: News) => void = () => {};
  private readonly channel: BroadcastChannel | null;

  constructor(private readonly name: string) {
    this.channel = "BroadcastChannel" in globalThis ? new BroadcastChannel(name) : null;
    if (this.channel) this.channel.onmessage = ({ data }: MessageEvent<News>) => this.onNews(data);
  }

  tell(news: News): void {
    this.channel?.postMessage(news);
  }

  /** Runs a task while no other tab runs one. */
  async alone(task: () => Promise<void>): Promise<void> {
    const locks = globalThis.navigator?.locks as LockManager | undefined;
    await (locks ? locks.request(this.name, task) : task());
  }
}
