import { ApiPropertyOptional } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { IsInt, IsOptional, IsString, MaxLength } from 'class-validator';

/** Resources on a page, at most. */
export const maxResults = 200;
const defaultResults = 100;

/** Numbers out of bounds are taken to the next one within them (RFC 7644, 3.4.2.4). */
const within = (least: number, most: number, otherwise: number): PropertyDecorator =>
  Transform(({ value }: { value: unknown }) => {
    const number = typeof value === 'string' && /^-?\d{1,12}$/.test(value) ? Number(value) : otherwise;
    return Math.min(Math.max(number, least), most);
  });

/** What a client wants of a resource. */
export class ScimSelection {
  @ApiPropertyOptional({ type: String, description: 'Only these attributes, separated by commas.' })
  @IsOptional()
  @IsString()
  @MaxLength(1000)
  attributes?: string;

  @ApiPropertyOptional({
    type: String,
    description: 'All but these attributes, separated by commas.',
    example: 'members',
  })
  @IsOptional()
  @IsString()
  @MaxLength(1000)
  excludedAttributes?: string;
}

/** The query of a list. */
export class ScimListQuery extends ScimSelection {
  @ApiPropertyOptional({
    type: String,
    description: 'RFC 7644, section 3.4.2.2.',
    example: 'userName eq "ada@example.com"',
  })
  @IsOptional()
  @IsString()
  @MaxLength(2000)
  filter?: string;

  @ApiPropertyOptional({ type: Number, default: 1, description: 'The first resource, from 1.' })
  @within(1, 1_000_000, 1)
  @IsInt()
  startIndex: number = 1;

  @ApiPropertyOptional({ type: Number, default: defaultResults, description: `At most ${maxResults}; 0 counts only.` })
  @within(0, maxResults, defaultResults)
  @IsInt()
  count: number = defaultResults;
}
