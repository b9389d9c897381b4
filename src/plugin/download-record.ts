import { Injectable } from '@nestjs/common';
import { AccessRecord } from '../audit/access-record.js';
import { type Caller } from '../access/caller.js';
import { type PluginView } from './dto/plugin.js';

/** Records who downloads plugins, each once a day: test machines fetch the same ones for every run. */
@Injectable()
export class DownloadRecord {
  constructor(private readonly access: AccessRecord) {}

  /**
   * @param organizationId undefined: from the public library
   * @param plugin undefined: all of them as one archive
   */
  async note(
    caller: Caller,
    organizationId: number | undefined,
    plugin?: Pick<PluginView, 'id' | 'name' | 'version'>,
  ): Promise<void> {
    const key = `plugin ${plugin?.id ?? 'archive'} ${organizationId ?? ''} ${caller.id} ${caller.address}`;
    await this.access.daily(key, () => ({
      actor: caller,
      change: {
        action: 'plugin.downloaded',
        organizationId,
        ...(plugin ? { targetType: 'plugin', targetId: plugin.id } : {}),
        details: plugin ? { name: plugin.name, version: plugin.version } : { archive: true },
      },
    }));
  }
}
