import { Injectable, type PipeTransform } from '@nestjs/common';
import { type Document, isDocument } from './protocol/scim-document.js';
import { ScimError } from './protocol/scim.error.js';

/** A body: a JSON object, whatever is in it. */
@Injectable()
export class ScimBodyPipe implements PipeTransform<unknown, Document> {
  transform(value: unknown): Document {
    if (isDocument(value)) return value;
    throw new ScimError('invalidSyntax', 'The body must be a JSON object.');
  }
}
