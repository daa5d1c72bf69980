/**
 * The recomputation: a second implementation, which shares no code with the one that published. It walks the
 * publication by its digests, grades every public answer anew, and compares number by number.
 */
import { compareGroup, Group } from "./closing";
import { compareColumns, PROJECTIONS } from "./columns";
import { type Checked, Comparison, type Outcome, type Report } from "./comparing";
import { compareIndexes } from "./indexes";
import { NotJson } from "./json";
import { setDefault } from "./lists";
import { type Opened, open, type Row } from "./publication";
import { Refused, Removed } from "./reasons";
import { type Load, Site } from "./site";
import { type Standing, standingOf } from "./standing";

export interface Progress {
  /** Entries that are done, of how many. */
  readonly done: number;
  readonly total: number;
  /** The entry that is next. */
  readonly entry: string | null;
  /** Answers that were graded until now. */
  readonly answers: number;
  readonly documents: number;
  readonly bytes: number;
}

export interface Summary extends Progress {
  /** The digest of the root: what two readers compare. */
  readonly publication: string;
  readonly counts: Readonly<Record<Outcome, number>>;
}

export interface Listener {
  readonly progress: (progress: Progress) => void;
  readonly checked: (numbers: readonly Checked[]) => void;
}

/** Compute a publication again; with `entry`, that entry alone. What does not hold is reported and never thrown. */
export async function recompute(load: Load, listener: Listener, entry: string | null = null): Promise<Summary> {
  return new Recomputation(new Site(load), listener, entry).run();
}

class Recomputation {
  private readonly counts: Record<Outcome, number> = { agrees: 0, differs: 0, follows: 0, unchecked: 0 };
  private waiting: Checked[] = [];
  private answers = 0;

  constructor(
    private readonly site: Site,
    private readonly listener: Listener,
    private readonly entry: string | null,
  ) {}

  private readonly report: Report = (checked) => {
    this.counts[checked.outcome] += 1;
    this.waiting.push(checked);
  };

  async run(): Promise<Summary> {
    let publication = "";
    let [done, total] = [0, 0];
    await this.guarded("", async () => {
      const opened = await open(this.site, this.entry === null);
      publication = opened.digest;
      this.compareRules(opened);
      const rows = opened.rows.filter(({ name }) => this.entry === null || name === this.entry);
      total = rows.length;
      const standings: Standing[] = [];
      for (const row of rows) {
        this.tell(done, total, row.name);
        const standing = await this.guarded(row.name, () => standingOf(this.site, opened, row, this.report));
        if (standing) {
          standings.push(standing);
          this.answers += standing.nAnswers;
        }
        done += 1;
      }
      await this.guarded("", async () => this.compareTogether(opened, rows, standings));
      if (this.entry === null) {
        await this.hashTheRest(opened);
      }
    });
    return { publication, counts: this.counts, ...this.tell(done, total, null) };
  }

  private compareRules(opened: Opened): void {
    const comparison = new Comparison("", "benchmark.json", this.report);
    for (const [name, expected] of opened.plan.strange) {
      comparison.say(`graders.${name}`, opened.benchmark.sources.get(name) ?? null, `${expected}…`, "differs", null);
    }
  }

  /** Compare what depends on several entries; one that could not be computed leaves the others of its group alone. */
  private async compareTogether(opened: Opened, rows: readonly Row[], standings: readonly Standing[]): Promise<void> {
    const complete = this.entry === null && standings.length === rows.length;
    const parted = new Map<string, Standing[]>();
    for (const standing of standings) {
      const { protocolVersion, track, pending } = standing.row;
      // Alone, every entry is a group of its own among published scores.
      const key = complete ? JSON.stringify([protocolVersion, track, pending]) : standing.row.name;
      setDefault(parted, key, () => []).push(standing);
    }
    const groups = [...parted.values()].map((own) => new Group(opened, own, complete));
    for (const group of groups) {
      compareGroup(group, this.report);
    }
    if (complete) {
      compareIndexes(opened, groups, this.report);
      for (const path of PROJECTIONS) {
        const digest = opened.documents.get(path);
        if (digest) {
          compareColumns(opened, await this.site.document(path, digest), this.report);
        }
      }
    }
  }

  /** Hash what else the root names: the page itself, the log, the vendors' documents. */
  private async hashTheRest(opened: Opened): Promise<void> {
    const read = ["benchmark.json", "items.json", "leaderboard.json", "releases.json", ...PROJECTIONS];
    for (const [path, digest] of opened.documents) {
      if (!read.includes(path) && !opened.categories.has(path)) {
        await this.guarded("", () => this.site.raw(path, digest));
      }
    }
  }

  /** Run a part; what it refuses is a row of the table. */
  private async guarded<T>(entry: string, part: () => Promise<T>): Promise<T | null> {
    try {
      return await part();
    } catch (error) {
      if (!(error instanceof Refused || error instanceof NotJson || error instanceof RangeError)) {
        throw error;
      }
      const [document, found] = error instanceof Refused ? [error.path, error.found] : [entry, error.message];
      const isRemoved = error instanceof Removed;
      this.report({
        entry,
        document,
        number: "document",
        published: null,
        recomputed: isRemoved ? null : found,
        outcome: isRemoved ? "unchecked" : "differs",
        reason: isRemoved ? { code: "removed", about: found } : null,
      });
      return null;
    }
  }

  private tell(done: number, total: number, entry: string | null): Progress {
    if (this.waiting.length) {
      this.listener.checked(this.waiting);
      this.waiting = [];
    }
    const { documents, bytes } = this.site;
    const progress = { done, total, entry, answers: this.answers, documents, bytes };
    this.listener.progress(progress);
    return progress;
  }
}
