import { Button, Group, NumberInput, SimpleGrid, Stack, Text, Textarea } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { LicensePolicy } from '../../generated/api';
import { answer, api } from '../api/client';
import { queryClient } from '../api/queries';
import { Failure } from '../forms/failure';
import { LeaveGuard } from '../forms/leave-guard';
import { Stale } from '../forms/stale';
import { useVersionedForm } from '../forms/use-versioned-form';
import { decimalSeparator } from '../language';
import { subscriptionsQuery } from '../seats/subscriptions-query';
import { Section } from '../components/section';
import { notifyDone } from '../components/notify';
import { policyKey } from './policy-key';
import { type SeatRule, ruleOf, rulesIn, SeatRules } from './seat-rules';

/** What a field means stands below it: fields beside each other keep one line. */
const order: ('label' | 'input' | 'description' | 'error')[] = ['label', 'input', 'description', 'error'];

/** The settings, as the form calls them. */
const labels = {
  leaseMinutes: 'policies.leases.time',
  renewalShare: 'policies.leases.renewal',
  clientRenewalShare: 'policies.leases.clientRenewal',
  idleMinutes: 'policies.leases.idle',
  overQuotaPercent: 'policies.overQuota.label',
  allowedMachines: 'policies.machines.allowedMachines',
  deniedMachines: 'policies.machines.deniedMachines',
  reservations: 'policies.reservations.title',
  engineLeaseMinutes: 'policies.leases.engine',
  engineWaitSeconds: 'policies.leases.engineWait',
  caps: 'policies.caps.title',
} as const;

/** Percent of the lease time. */
const share = { least: 10, most: 90 };

interface Props {
  organizationId: number;
  policy: LicensePolicy;
  readOnly: boolean;
}

interface Values {
  leaseMinutes: number | string;
  engineLeaseMinutes: number | string;
  engineWaitSeconds: number | string;
  /** Percent. */
  renewalShare: number | string;
  clientRenewalShare: number | string;
  idleMinutes: number | string;
  overQuotaPercent: number | string;
  /** One in a line. */
  allowedMachines: string;
  deniedMachines: string;
  reservations: SeatRule[];
  caps: SeatRule[];
}

export function PolicyForm({ organizationId, policy, readOnly }: Props): React.ReactNode {
  const { t } = useTranslation();
  const missing = (value: number | string): string | null => (value === '' ? t('policies.missing') : null);
  const shareOfLease = (value: number | string): string | null =>
    missing(value) ??
    // The server counts in parts of one, and would name other limits.
    (Number(value) < share.least
      ? t('refusal.rule.min', { limit: share.least })
      : Number(value) > share.most
        ? t('refusal.rule.max', { limit: share.most })
        : null);
  const params = { path: { organizationId } };
  const { form, submit, pending, failure, unsaved, conflict } = useVersionedForm<LicensePolicy, Values>({
    read: policy,
    valuesOf,
    validate: {
      leaseMinutes: missing,
      engineLeaseMinutes: (value) =>
        missing(value) ??
        (Number(value) > 0 && Number(value) < 3 ? t('refusal.rule.engine-lease', { limit: 3 }) : null),
      engineWaitSeconds: missing,
      renewalShare: shareOfLease,
      clientRenewalShare: shareOfLease,
      idleMinutes: missing,
      overQuotaPercent: missing,
      reservations: (rows) => (rows.some(isIncomplete) ? t('policies.reservations.incomplete') : null),
      caps: (rows) => (rows.some(isIncomplete) ? t('policies.caps.incomplete') : null),
    },
    readAgain: async () => {
      const newest = await answer(api.GET('/api/v1/organizations/{organizationId}/license-policy', { params }));
      queryClient.setQueryData(policyKey(organizationId), newest);
      return newest;
    },
    save: async (values, basis) => {
      const saved = await answer(
        api.PATCH('/api/v1/organizations/{organizationId}/license-policy', {
          params,
          body: { ...changeOf(values, valuesOf(basis)), version: basis.version },
        }),
      );
      queryClient.setQueryData(policyKey(organizationId), saved);
      notifyDone(t('app.saved'));
      return saved;
    },
  });
  const { leaseMinutes, renewalShare, clientRenewalShare } = form.values;
  const bounds = useBounds(organizationId);
  const minutesOf = (percent: number | string): number =>
    Math.max(1, Math.round((Number(leaseMinutes) * Number(percent)) / 100));
  return (
    <form onSubmit={submit}>
      <LeaveGuard unsaved={unsaved} />
      <fieldset disabled={readOnly} style={{ border: 0, margin: 0, padding: 0, minWidth: 0 }}>
        <Stack gap="lg">
          <Section title={t('policies.leases.title')} text={t('policies.leases.text')}>
            <Group align="flex-start" gap="lg">
              <Minutes
                label={t('policies.leases.time')}
                description={
                  isShort(leaseMinutes)
                    ? t('policies.leases.shortHint')
                    : t('policies.leases.timeHint', { count: bounds.leaseMinutes })
                }
                min={1}
                max={bounds.leaseMinutes}
                {...form.getInputProps('leaseMinutes')}
              />
              <ShareOfLease
                label={t('policies.leases.clientRenewal')}
                description={t('policies.leases.clientRenewalHint', { count: minutesOf(clientRenewalShare) })}
                {...form.getInputProps('clientRenewalShare')}
              />
              <ShareOfLease
                label={t('policies.leases.renewal')}
                description={t('policies.leases.renewalHint', { count: minutesOf(renewalShare) })}
                {...form.getInputProps('renewalShare')}
              />
              <Minutes
                label={t('policies.leases.engine')}
                description={t('policies.leases.engineHint')}
                min={0}
                max={bounds.leaseMinutes}
                {...form.getInputProps('engineLeaseMinutes')}
              />
              <NumberInput
                label={t('policies.leases.engineWait')}
                description={t('policies.leases.engineWaitHint')}
                w={260}
                inputWrapperOrder={order}
                min={0}
                max={55}
                allowDecimal={false}
                clampBehavior="none"
                suffix={` ${t('policies.seconds')}`}
                {...form.getInputProps('engineWaitSeconds')}
              />
              <Minutes
                label={t('policies.leases.idle')}
                description={t('policies.leases.idleHint')}
                min={0}
                {...form.getInputProps('idleMinutes')}
              />
            </Group>
          </Section>
          <Section title={t('policies.overQuota.title')} text={t('policies.overQuota.text')}>
            <NumberInput
              label={t('policies.overQuota.label')}
              description={
                bounds.overagePercent > 0
                  ? t('policies.overQuota.hint', { count: bounds.overagePercent })
                  : t('policies.overQuota.notLicensed')
              }
              disabled={bounds.overagePercent === 0}
              w={260}
              inputWrapperOrder={order}
              min={0}
              max={bounds.overagePercent}
              allowDecimal={false}
              clampBehavior="none"
              suffix=" %"
              {...form.getInputProps('overQuotaPercent')}
            />
          </Section>
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
          <Section title={t('policies.reservations.title')} text={t('policies.reservations.text')}>
            <SeatRules
              kind="reservations"
              organizationId={organizationId}
              readOnly={readOnly}
              value={form.values.reservations}
              error={form.errors.reservations}
              onChange={(rows) => form.setFieldValue('reservations', rows)}
            />
          </Section>
          <Section title={t('policies.caps.title')} text={t('policies.caps.text')}>
            <SeatRules
              kind="caps"
              organizationId={organizationId}
              readOnly={readOnly}
              value={form.values.caps}
              error={form.errors.caps}
              onChange={(rows) => form.setFieldValue('caps', rows)}
            />
          </Section>
          {conflict ? (
            <Stale
              conflict={conflict}
              nameOf={(field) => (field in labels ? t(labels[field as keyof typeof labels]) : field)}
            />
          ) : (
            <Failure>{failure}</Failure>
          )}
          {!readOnly && (
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
          )}
        </Stack>
      </fieldset>
    </form>
  );
}

/** What the license allows at most, for all that the organization has; the server refuses what is beyond. */
function useBounds(organizationId: number): { leaseMinutes: number; overagePercent: number } {
  const { data = [] } = useQuery(subscriptionsQuery(organizationId));
  const floating = data.filter(({ model }) => model === 'floating');
  return {
    leaseMinutes: Math.min(...(data.length > 0 ? data.map(({ maxLeaseMinutes }) => maxLeaseMinutes) : [1440])),
    overagePercent: Math.min(
      ...(floating.length > 0 ? floating.map(({ maxOveragePercent }) => maxOveragePercent) : [0]),
    ),
  };
}

/** A field of whole minutes, up to thirty days. */
function Minutes(props: React.ComponentProps<typeof NumberInput>): React.ReactNode {
  const { t } = useTranslation();
  return (
    <NumberInput
      w={260}
      inputWrapperOrder={order}
      max={43_200}
      allowDecimal={false}
      clampBehavior="none"
      suffix={` ${t('policies.minutes')}`}
      {...props}
    />
  );
}

function ShareOfLease(props: React.ComponentProps<typeof NumberInput>): React.ReactNode {
  return (
    <NumberInput
      w={260}
      inputWrapperOrder={order}
      min={share.least}
      max={share.most}
      decimalScale={2}
      decimalSeparator={decimalSeparator()}
      allowedDecimalSeparators={['.', ',']}
      suffix=" %"
      clampBehavior="none"
      {...props}
    />
  );
}

function valuesOf(policy: LicensePolicy): Values {
  return {
    leaseMinutes: policy.leaseMinutes ?? 15,
    engineLeaseMinutes: policy.engineLeaseMinutes ?? 0,
    engineWaitSeconds: policy.engineWaitSeconds ?? 0,
    renewalShare: Math.round((policy.renewalShare ?? 1 / 3) * 10_000) / 100,
    clientRenewalShare: Math.round((policy.clientRenewalShare ?? 0.8) * 10_000) / 100,
    idleMinutes: policy.idleMinutes ?? 0,
    overQuotaPercent: policy.overQuotaPercent ?? 0,
    allowedMachines: (policy.allowedMachines ?? []).join('\n'),
    deniedMachines: (policy.deniedMachines ?? []).join('\n'),
    reservations: (policy.reservations ?? []).map(ruleOf),
    caps: (policy.caps ?? []).map(ruleOf),
  };
}

/** What is another than before: what somebody else has changed meanwhile, and this form has not, stays. */
function changeOf(now: Values, before: Values): LicensePolicy {
  const changed = (field: keyof Values): boolean => JSON.stringify(now[field]) !== JSON.stringify(before[field]);
  return {
    ...(changed('leaseMinutes') && { leaseMinutes: Number(now.leaseMinutes) }),
    ...(changed('engineLeaseMinutes') && { engineLeaseMinutes: Number(now.engineLeaseMinutes) }),
    ...(changed('engineWaitSeconds') && { engineWaitSeconds: Number(now.engineWaitSeconds) }),
    ...(changed('renewalShare') && { renewalShare: Number(now.renewalShare) / 100 }),
    ...(changed('clientRenewalShare') && { clientRenewalShare: Number(now.clientRenewalShare) / 100 }),
    ...(changed('idleMinutes') && { idleMinutes: Number(now.idleMinutes) }),
    ...(changed('overQuotaPercent') && { overQuotaPercent: Number(now.overQuotaPercent) }),
    ...(changed('allowedMachines') && { allowedMachines: linesOf(now.allowedMachines) }),
    ...(changed('deniedMachines') && { deniedMachines: linesOf(now.deniedMachines) }),
    ...(changed('reservations') && { reservations: rulesIn(now.reservations) }),
    ...(changed('caps') && { caps: rulesIn(now.caps) }),
  };
}

function isIncomplete({ seats, holder }: SeatRule): boolean {
  return seats === '' || holder === null;
}

function linesOf(text: string): string[] {
  return [...new Set(text.split('\n').map((line) => line.trim()))].filter((line) => line !== '');
}

/** Too short for Katalon's clients, which look at their license every 30 seconds. */
function isShort(minutes: number | string): boolean {
  return Number(minutes) === 1 || Number(minutes) === 2;
}
