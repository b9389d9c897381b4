import { Button, Group, NumberInput, SimpleGrid, Stack, Switch, Text, Textarea } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { LicensePolicy } from '../../generated/api';
import { Section } from '../components/layout/section';
import { Failure } from '../forms/failure';
import { LeaveGuard } from '../forms/leave-guard';
import { Stale } from '../forms/stale';
import { subscriptionsQuery } from '../seats/subscriptions-query';
import { fieldOrder, LeaseSection } from './lease-section';
import { boundsOf, type PolicyBounds } from './policy-bounds';
import { SeatRules } from './seat-rules';
import { type PolicyFormState, usePolicyForm } from './use-policy-form';

/** The settings, as the form calls them. */
const labels = {
  leaseMinutes: 'policies.leases.time',
  renewalShare: 'policies.leases.renewal',
  clientRenewalShare: 'policies.leases.clientRenewal',
  idleMinutes: 'policies.leases.idle',
  overQuotaPercent: 'policies.overQuota.label',
  borrowMaxDays: 'policies.borrowing.days',
  borrowKeepSeats: 'policies.borrowing.keep',
  autoAssign: 'policies.assignment.auto',
  unassignAfterDays: 'policies.assignment.days',
  allowedMachines: 'policies.machines.allowedMachines',
  deniedMachines: 'policies.machines.deniedMachines',
  reservations: 'policies.reservations.title',
  engineLeaseMinutes: 'policies.leases.engine',
  engineWaitSeconds: 'policies.leases.engineWait',
  caps: 'policies.caps.title',
} as const;

interface Props {
  organizationId: number;
  policy: LicensePolicy;
  readOnly: boolean;
}

export function PolicyForm({ organizationId, policy, readOnly }: Props): React.ReactNode {
  const { t } = useTranslation();
  const state = usePolicyForm(organizationId, policy);
  const { form, conflict } = state;
  const { data: subscriptions = [] } = useQuery(subscriptionsQuery(organizationId));
  const bounds = boundsOf(subscriptions);
  return (
    <form onSubmit={state.submit}>
      <LeaveGuard unsaved={state.unsaved} />
      <fieldset disabled={readOnly} style={{ border: 0, margin: 0, padding: 0, minWidth: 0 }}>
        <Stack gap="lg">
          <LeaseSection form={form} bounds={bounds} />
          <OverQuotaSection form={form} bounds={bounds} />
          <AssignmentSection form={form} />
          <BorrowingSection form={form} bounds={bounds} />
          <MachinesSection form={form} />
          {(['reservations', 'caps'] as const).map((kind) => (
            <Section key={kind} title={t(`policies.${kind}.title`)} text={t(`policies.${kind}.text`)}>
              <SeatRules
                kind={kind}
                organizationId={organizationId}
                readOnly={readOnly}
                value={form.values[kind]}
                error={form.errors[kind]}
                onChange={(rows) => form.setFieldValue(kind, rows)}
              />
            </Section>
          ))}
          {conflict ? (
            <Stale
              conflict={conflict}
              nameOf={(field) => (field in labels ? t(labels[field as keyof typeof labels]) : field)}
            />
          ) : (
            <Failure>{state.failure}</Failure>
          )}
          {!readOnly && <Buttons form={form} pending={state.pending} />}
        </Stack>
      </fieldset>
    </form>
  );
}

type FormProps = Pick<PolicyFormState, 'form'>;

/** A whole number. */
const field = { w: 260, inputWrapperOrder: fieldOrder, min: 0, allowDecimal: false, clampBehavior: 'none' } as const;

function OverQuotaSection({ form, bounds }: FormProps & { bounds: PolicyBounds }): React.ReactNode {
  const { t } = useTranslation();
  return (
    <Section title={t('policies.overQuota.title')} text={t('policies.overQuota.text')}>
      <NumberInput
        label={t('policies.overQuota.label')}
        description={
          bounds.overagePercent > 0
            ? t('policies.overQuota.hint', { count: bounds.overagePercent })
            : t('policies.overQuota.notLicensed')
        }
        disabled={bounds.overagePercent === 0}
        max={bounds.overagePercent}
        suffix=" %"
        {...field}
        {...form.getInputProps('overQuotaPercent')}
      />
    </Section>
  );
}

function AssignmentSection({ form }: FormProps): React.ReactNode {
  const { t } = useTranslation();
  return (
    <Section title={t('policies.assignment.title')} text={t('policies.assignment.text')}>
      <Stack gap="md">
        <Switch
          label={t('policies.assignment.auto')}
          description={t('policies.assignment.autoHint')}
          {...form.getInputProps('autoAssign', { type: 'checkbox' })}
        />
        <NumberInput
          label={t('policies.assignment.days')}
          description={t('policies.assignment.daysHint')}
          max={3650}
          suffix={` ${t('policies.days')}`}
          {...field}
          {...form.getInputProps('unassignAfterDays')}
        />
      </Stack>
    </Section>
  );
}

function BorrowingSection({ form, bounds }: FormProps & { bounds: PolicyBounds }): React.ReactNode {
  const { t } = useTranslation();
  return (
    <Section title={t('policies.borrowing.title')} text={t('policies.borrowing.text')}>
      <Group align="flex-start" gap="lg">
        <NumberInput
          label={t('policies.borrowing.days')}
          description={
            bounds.borrowDays > 0
              ? t('policies.borrowing.daysHint', { count: bounds.borrowDays })
              : t('policies.borrowing.notLicensed')
          }
          disabled={bounds.borrowDays === 0}
          max={bounds.borrowDays}
          {...field}
          {...form.getInputProps('borrowMaxDays')}
        />
        <NumberInput
          label={t('policies.borrowing.keep')}
          description={t('policies.borrowing.keepHint')}
          disabled={bounds.borrowDays === 0}
          max={100_000}
          {...field}
          {...form.getInputProps('borrowKeepSeats')}
        />
      </Group>
    </Section>
  );
}

function MachinesSection({ form }: FormProps): React.ReactNode {
  const { t } = useTranslation();
  return (
    <Section title={t('policies.machines.title')} text={t('policies.machines.text')}>
      <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="lg">
        {(['allowedMachines', 'deniedMachines'] as const).map((field) => (
          <Textarea
            key={field}
            label={t(`policies.machines.${field}`)}
            description={t(`policies.machines.${field}Hint`)}
            placeholder={'build-*\nci-agent-7'}
            autosize
            minRows={4}
            maxRows={14}
            spellCheck={false}
            styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)', fontSize: 14 } }}
            {...form.getInputProps(field)}
          />
        ))}
      </SimpleGrid>
    </Section>
  );
}

function Buttons({ form, pending }: FormProps & { pending: boolean }): React.ReactNode {
  const { t } = useTranslation();
  return (
    <Group gap="md">
      <Button type="submit" loading={pending} disabled={!form.isDirty()}>
        {t('app.save')}
      </Button>
      {form.isDirty() && (
        <>
          <Button variant="default" onClick={() => form.reset()}>
            {t('policies.discard')}
          </Button>
          <Text size="sm" c="dimmed" role="status">
            {t('policies.unsaved')}
          </Text>
        </>
      )}
    </Group>
  );
}
