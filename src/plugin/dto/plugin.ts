import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { IsBoolean, IsOptional, Matches } from 'class-validator';
import { Choice, Text } from '../../http/validation/fields.js';
import { Page, PageQuery, SortedBy } from '../../http/paging.js';
import { type PluginKind, pluginKinds } from '../plugin-kind.js';

export const visibilities = ['public', 'private'] as const;
export type Visibility = (typeof visibilities)[number];

/** What an uploader may say of a package, and must, where the package does not. */
export class PluginForm {
  @Text({ optional: true, max: 100, description: "The plugin's name. Default: what the package's manifest says." })
  @Matches(/^\P{Cc}*$/u, { message: 'name must not contain control characters' })
  name?: string;

  @Text({
    optional: true,
    max: 50,
    example: '1.0.2',
    description: "The package's version. Default: what its manifest says.",
  })
  @Matches(/^[\p{L}\p{N}][\p{L}\p{N}._+~-]*$/u, {
    message: 'version must be made of letters, digits and . _ + ~ -, and begin with a letter or digit',
  })
  version?: string;

  @Choice(pluginKinds, {
    optional: true,
    description:
      '`custom-keywords` are fetched into `plugins`, `studio` plugins into `plugins/platform`. Default: as the package says.',
  })
  kind?: PluginKind;

  @Text({ optional: true, min: 0, max: 2000, description: 'For those who choose: what it is good for.' })
  description?: string;
}

/** The form of an upload. */
export class PluginUpload extends PluginForm {
  @ApiProperty({
    type: String,
    format: 'binary',
    description: 'The package: a `.jar`, or a `.zip` with jars. At most PLUGIN_MAX_MB (default 512 MB).',
  })
  file!: unknown;
}

export class PluginQuery extends SortedBy(
  PageQuery,
  'name',
  'version',
  'kind',
  'size',
  'visibility',
  'uploadedAt',
  'uploadedBy',
) {
  @Choice(pluginKinds, { optional: true, description: 'Plugins of this kind only.' })
  kind?: PluginKind;

  @ApiPropertyOptional({ type: Boolean, description: '`true`: only the newest version of each plugin; see `newest`.' })
  @IsOptional()
  @Transform(({ value }: { value: unknown }) => (value === 'true' ? true : value === 'false' ? false : value))
  @IsBoolean({ message: 'newest must be true or false' })
  newest?: boolean;
}

/** A version of a plugin in the library. */
export class PluginView {
  @ApiProperty({ type: Number })
  id!: number;

  @ApiProperty()
  name!: string;

  @ApiProperty({ example: '1.0.2' })
  version!: string;

  @ApiProperty({ enum: pluginKinds })
  kind!: PluginKind;

  @ApiProperty({ description: 'May be empty.' })
  description!: string;

  @ApiProperty({ enum: visibilities, description: '`public`: for everybody; `private`: for one organization.' })
  visibility!: Visibility;

  @ApiProperty({
    description:
      "The version of its plugin that `archive` and fetch-plugins take: the highest, an organization's own before public ones.",
  })
  newest!: boolean;

  @ApiProperty({ enum: ['jar', 'zip'], description: 'Whether the package is a jar itself, or a zip with jars.' })
  packaging!: 'jar' | 'zip';

  @ApiProperty({ type: [String], description: 'The jars: of a zip their paths in it, else the package itself.' })
  jars!: string[];

  @ApiProperty({ description: 'What the download is called.', example: 'Excel Keywords-1.0.2.jar' })
  fileName!: string;

  @ApiProperty({ description: 'Bytes.' })
  size!: number;

  @ApiProperty({ description: 'SHA-256 of the package, in hexadecimal.' })
  sha256!: string;

  @ApiProperty({ type: String, nullable: true, description: 'E-mail address; null: the account is gone.' })
  uploadedBy!: string | null;

  @ApiProperty()
  uploadedAt!: Date;
}

export class PluginPage extends Page<PluginView> {
  @ApiProperty({ type: [PluginView] })
  declare content: PluginView[];
}

/** The list of an organization: public plugins, and its own. */
export class OrganizationPluginPage extends PluginPage {
  @ApiProperty({
    description:
      'Whether the license of the organization includes private plugins. Without it they are neither listed nor given out, nor can new ones be uploaded.',
  })
  privatePlugins!: boolean;
}
