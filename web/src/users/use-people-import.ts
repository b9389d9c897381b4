import { useMutation } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { PeopleImport, PeopleImportResult } from '../../generated/api';
import { answer, api } from '../api/client';
import { refreshOrganization } from '../api/queries';
import { failureOf } from '../components/describe-error';
import { peopleIn } from './people-file';

/** A file of people on its way: chosen, looked at, imported. */
export interface PeopleImportState {
  file: File | null;
  choose: (file: File | null) => void;
  /** What the import would do; undefined: it is not known yet. */
  plan: PeopleImportResult | undefined;
  /** What the import did. */
  outcome: PeopleImportResult | undefined;
  pending: boolean;
  failure: string | undefined;
  apply: () => void;
}

export function usePeopleImport(organizationId: number): PeopleImportState {
  const { t } = useTranslation();
  const [file, setFile] = useState<File | null>(null);
  const [people, setPeople] = useState<PeopleImport>();
  const [unreadable, setUnreadable] = useState(false);
  const newest = useRef<File | null>(null);
  const params = { path: { organizationId } };
  const preview = useMutation({
    mutationFn: (body: PeopleImport) =>
      answer(api.POST('/api/v1/organizations/{organizationId}/people/preview', { params, body })),
  });
  const importing = useMutation({
    mutationFn: (body: PeopleImport) =>
      answer(api.POST('/api/v1/organizations/{organizationId}/people', { params, body })),
    onSuccess: () => refreshOrganization(organizationId),
  });
  const read = async (chosen: File): Promise<void> => {
    // A file may have gone since it was chosen.
    const text = await chosen.text().catch(() => undefined);
    if (chosen !== newest.current) return;
    const found = text === undefined ? undefined : peopleIn(text);
    setPeople(found);
    setUnreadable(found === undefined);
    if (found) preview.mutate(found);
  };
  const choose = (chosen: File | null): void => {
    newest.current = chosen;
    setFile(chosen);
    setPeople(undefined);
    setUnreadable(false);
    preview.reset();
    importing.reset();
    if (chosen) void read(chosen);
  };
  return {
    ...{ file, choose, plan: preview.data, outcome: importing.data },
    pending: preview.isPending || importing.isPending,
    failure: unreadable ? t('users.file.import.invalid') : failureOf(importing.error ?? preview.error),
    apply: () => people && importing.mutate(people),
  };
}
