export type * from './generated/api.js';
export {
  type LeaseClaims,
  type LeaseExpectations,
  type PublicKeys,
  UntrustedTokenError,
  verifyLease,
} from './lease-token.js';
export {
  type BodyOf,
  type CallOptions,
  LicenseServer,
  type LicenseServerOptions,
  type SuccessOf,
} from './license-server.js';
export { RefusedError, UnreachableError } from './problem.js';
export { type SeatEvents, type LostReason } from './seat-events.js';
export { type KeeperOptions, SeatKeeper, type WantedSeat } from './seat-keeper.js';
export { systemTime, type TimeSource } from './time-source.js';
