import type { organization as english } from '../en/organization';
import type { Translation } from '../translation';

export const organization: Translation<typeof english> = {
  name: 'Name',
  new: {
    title: 'Organisation anlegen',
    text: 'Eine Organisation hat Plätze und die Menschen, die sie benutzen. Sie werden ihr Besitzer.',
    example: 'Acme Test',
    submit: 'Organisation anlegen',
  },
};
