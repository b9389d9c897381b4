import { useForm, type UseFormInput, type UseFormReturnType } from '@mantine/form';
import { useMutation } from '@tanstack/react-query';
import type { Problem } from '../api/problem';
import { describeField } from '../language/describe-refusal';
import { isStale } from './conflict';
import { problemsOfFields, topFieldOf } from './field-problems';
import { failureOf } from '../components/describe-error';

export interface ServerForm<V extends object> {
  form: UseFormReturnType<V>;
  /** For `<form onSubmit>`. */
  submit: (event?: React.SyntheticEvent<HTMLFormElement>) => void;
  pending: boolean;
  /** What is wrong and belongs to no field. */
  failure: string | undefined;
  /** Something was typed that is not saved. */
  unsaved: boolean;
  /** Someone else has changed meanwhile what the form shows. */
  stale: Problem | undefined;
  /** Forgets what was wrong. */
  forget: () => void;
}

/**
 * A form whose server decides what is right. What the server says of a field stands at that field, anything else over the
 * button, and whatever was typed stays.
 */
export function useServerForm<V extends object>(
  input: UseFormInput<V>,
  send: (values: V) => Promise<unknown>,
): ServerForm<V> {
  const form = useForm<V>({ mode: 'controlled', ...input });
  const mutation = useMutation({
    mutationFn: send,
    onError: (error) => {
      for (const problem of problemsOfFields(error, form.values)) {
        form.setFieldError(topFieldOf(problem), describeField(problem));
      }
    },
  });
  const { error } = mutation;
  const placed = problemsOfFields(error, form.values).length > 0;
  return {
    form,
    submit: form.onSubmit((values) => mutation.mutate(values)),
    pending: mutation.isPending,
    failure: placed ? undefined : failureOf(error),
    unsaved: form.isDirty() && !mutation.isPending,
    stale: isStale(error) ? error : undefined,
    forget: mutation.reset,
  };
}
