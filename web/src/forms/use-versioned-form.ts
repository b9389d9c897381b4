import type { UseFormInput } from '@mantine/form';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { failureOf } from '../components/describe-error';
import { changesIn, type Conflict, merged } from './conflict';
import { type ServerForm, useServerForm } from './use-server-form';

interface Source<D, V extends object> {
  /** What the form shows, as it was read. */
  read: D;
  valuesOf: (data: D) => V;
  validate?: UseFormInput<V>['validate'];
  /** Reads what is stored now. */
  readAgain: () => Promise<D>;
  /**
   * Sends what differs from `basis`, with the version of `basis`.
   *
   * @returns what is stored then; nothing when the form goes away
   */
  save: (values: V, basis: D) => Promise<D | undefined>;
}

export interface VersionedForm<D, V extends object> extends Omit<ServerForm<V>, 'stale' | 'forget'> {
  /** What the form was filled from: the page may have something newer by now. */
  basis: D;
  conflict: Conflict | undefined;
  /** Shows something newer, and forgets what was changed here. */
  restart: (newest: D) => void;
}

/** A form of settings that others may change at the same time: nothing of theirs is overwritten unseen. */
export function useVersionedForm<D, V extends object>(source: Source<D, V>): VersionedForm<D, V> {
  const { valuesOf } = source;
  const [basis, setBasis] = useState(source.read);
  const { form, stale, forget, ...state } = useServerForm<V>(
    { initialValues: valuesOf(source.read), validate: source.validate },
    async (values) => {
      const saved = await source.save(values, basis);
      if (saved !== undefined) fill(saved, valuesOf(saved));
    },
  );
  const fill = (newest: D, values: V): void => {
    setBasis(newest);
    form.setInitialValues(valuesOf(newest));
    form.setValues(values);
    form.resetDirty(valuesOf(newest));
  };
  const catchUp = useMutation({
    mutationFn: async (keepsMine: boolean) => {
      const newest = await source.readAgain();
      fill(newest, keepsMine ? merged(form.values, valuesOf(basis), valuesOf(newest)) : valuesOf(newest));
      forget();
    },
  });
  const conflict = stale && {
    changes: changesIn(stale),
    pending: catchUp.isPending,
    failure: failureOf(catchUp.error),
    onKeep: () => catchUp.mutate(true),
    onDiscard: () => catchUp.mutate(false),
  };
  return { form, ...state, basis, conflict, restart: (newest) => fill(newest, valuesOf(newest)) };
}
