import { PathId } from '../../http/path-id.js';

/** A plugin as an organization sees it: one of its own, or a public one. */
export class OrganizationPluginPath {
  @PathId()
  organizationId!: number;

  @PathId()
  pluginId!: number;
}
