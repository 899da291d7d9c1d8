// Reads the engine's log: what it reached, how fast, and what it found. The log goes by as it is
// written; only these numbers and the finding are kept.

/** libFuzzer's word for an input that breaks the target, as the name of the file it writes. */
const FINDING = /Test unit written to (\S+)/;
const STATUS = /^#(\d+)\s+(\S+)\s+cov: (\d+) ft: (\d+)(?: corp: (\d+)\/\S+)?.*?exec\/s: (\d+)/;
const STATISTIC = /^stat::(\w+):\s+(\d+)/;
const FAULT =
  /^(?:==\d+== )?(?:Uncaught Exception: (.+)|(?:ERROR: )?libFuzzer: (.+)|(\w*Error\b.*))/;
/** What the engine says about itself, of no use to a reader who looks for a finding. */
const CHATTER =
  /^(?:INFO:|Skip loading|Dictionary:|Done \d+ runs|artifact_prefix=|###### |".*" # Uses: |unused_arg)/;

export class Summary {
  executions = 0;
  perSecond = 0;
  edges = 0;
  features = 0;
  corpus = 0;
  artifact = undefined;
  /** The first line that says what broke. */
  fault = undefined;

  /** @returns {"progress" | "detail" | "chatter"} whether the line tells how far the run is */
  read(line) {
    const status = STATUS.exec(line);
    if (status !== null) {
      this.executions = Number(status[1]);
      this.edges = Number(status[3]);
      this.features = Number(status[4]);
      if (status[5] !== undefined) this.corpus = Number(status[5]);
      this.perSecond = Number(status[6]);
      return "progress";
    }
    const statistic = STATISTIC.exec(line);
    if (statistic !== null) {
      if (statistic[1] === "number_of_executed_units") this.executions = Number(statistic[2]);
      if (statistic[1] === "average_exec_per_sec") this.perSecond = Number(statistic[2]);
      return "chatter";
    }
    const finding = FINDING.exec(line);
    if (finding !== null) this.artifact = finding[1];
    const fault = FAULT.exec(line);
    if (fault !== null) this.fault ??= (fault[1] ?? fault[2] ?? fault[3] ?? line).trim();
    return CHATTER.test(line) ? "chatter" : "detail";
  }

  /** One line for while it runs. */
  progress(seconds) {
    return [
      `${seconds.toFixed(0).padStart(5)} s`,
      `${count(this.executions).padStart(11)} executions`,
      `${count(this.perSecond).padStart(7)}/s`,
      `${count(this.edges).padStart(6)} edges`,
      `${count(this.features).padStart(6)} features`,
    ].join("  ");
  }

  /** One paragraph for the end. */
  text(name, seconds, entries) {
    const rate = this.perSecond || Math.round(this.executions / Math.max(seconds, 1));
    return [
      `${name}: ${count(this.executions)} executions in ${seconds.toFixed(0)} s`,
      `${count(rate)} exec/s`,
      `coverage ${count(this.edges)} edges, ${count(this.features)} features`,
      `${entries} new corpus ${entries === 1 ? "entry" : "entries"}`,
    ].join(", ");
  }
}

function count(number) {
  return String(number).replace(/\B(?=(\d{3})+$)/g, ",");
}
