import { type Settings } from '../../config/settings.js';

/** For how many days the server knows who had a seat: then sessions are removed, or lose the person that they name. */
export function rememberedDays({
  sessionRetentionDays,
  personalDataRetentionDays = Infinity,
}: Pick<Settings, 'sessionRetentionDays' | 'personalDataRetentionDays'>): number {
  return Math.min(sessionRetentionDays, personalDataRetentionDays);
}
