import { Button, Group, Stack, TextInput, type TextInputProps } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { Failure } from './failure';
import { LeaveGuard } from './leave-guard';
import { Stale } from './stale';
import type { VersionedForm } from './use-versioned-form';

interface Props<D> extends Pick<TextInputProps, 'label' | 'placeholder' | 'maxLength' | 'required' | 'readOnly'> {
  versioned: VersionedForm<D, { name: string }>;
}

/** A name that others may change at the same time. */
export function NameForm<D>({ versioned, ...input }: Props<D>): React.ReactNode {
  const { t } = useTranslation();
  const { form, submit, pending, failure, unsaved, conflict } = versioned;
  return (
    <form onSubmit={submit}>
      <LeaveGuard unsaved={unsaved} />
      <Stack gap="sm">
        <Group align="flex-end" gap="sm">
          <TextInput flex={1} miw={200} withAsterisk={false} {...input} {...form.getInputProps('name')} />
          {!input.readOnly && (
            <Button type="submit" loading={pending} disabled={!form.isDirty()}>
              {t('organization.rename')}
            </Button>
          )}
        </Group>
        {conflict ? <Stale conflict={conflict} /> : <Failure>{failure}</Failure>}
      </Stack>
    </form>
  );
}
