export type {
  CancelKind,
  ControlKind,
  HostKind,
  Micros,
  ObligationKind,
  RegionKind,
  SecurityKind,
  TaskKind,
  TraceEvent,
  TraceKind,
  TraceSink,
  TraceValue,
} from "./event.js";
