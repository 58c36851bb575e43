/** A map that forgets what was not asked for longest when it holds more than `capacity` entries. */
export class Lru<Key, Value> {
  private readonly entries = new Map<Key, Value>();

  /** `onGone` gets what is forgotten, cleared or replaced; what is deleted is for its caller to end. */
  constructor(
    private readonly capacity: number,
    private readonly onGone: (value: Value) => void = () => {},
  ) {}

  get(key: Key): Value | undefined {
    const value = this.entries.get(key);
    if (value === undefined) return undefined;
    this.entries.delete(key);
    this.entries.set(key, value);
    return value;
  }

  set(key: Key, value: Value): void {
    this.forget(key);
    this.entries.set(key, value);
    if (this.entries.size > this.capacity) this.forget(this.entries.keys().next().value as Key);
  }

  delete(key: Key): void {
    this.entries.delete(key);
  }

  clear(): void {
    for (const key of [...this.entries.keys()]) this.forget(key);
  }

  private forget(key: Key): void {
    const value = this.entries.get(key);
    if (value === undefined) return;
    this.entries.delete(key);
    this.onGone(value);
  }
}
