import { Group, NumberInput } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { Section } from '../components/layout/section';
import { decimalSeparator } from '../language';
import type { PolicyBounds } from './policy-bounds';
import { isShort, minutesOf } from './policy-values';
import { type PolicyFormState, shareLimits } from './use-policy-form';

/** What a field means stands below it: fields beside each other keep one line. */
export const fieldOrder: ('label' | 'input' | 'description' | 'error')[] = ['label', 'input', 'description', 'error'];

interface Props {
  form: PolicyFormState['form'];
  bounds: PolicyBounds;
}

/** How long seats are leased, and when clients renew them. */
export function LeaseSection({ form, bounds }: Props): React.ReactNode {
  const { t } = useTranslation();
  const { leaseMinutes, renewalShare, clientRenewalShare } = form.values;
  return (
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
          description={t('policies.leases.clientRenewalHint', { count: minutesOf(leaseMinutes, clientRenewalShare) })}
          {...form.getInputProps('clientRenewalShare')}
        />
        <ShareOfLease
          label={t('policies.leases.renewal')}
          description={t('policies.leases.renewalHint', { count: minutesOf(leaseMinutes, renewalShare) })}
          {...form.getInputProps('renewalShare')}
        />
        <EngineFields form={form} bounds={bounds} />
        <Minutes
          label={t('policies.leases.idle')}
          description={t('policies.leases.idleHint')}
          min={0}
          {...form.getInputProps('idleMinutes')}
        />
      </Group>
    </Section>
  );
}

/** What differs for Runtime Engine. */
function EngineFields({ form, bounds }: Props): React.ReactNode {
  const { t } = useTranslation();
  return (
    <>
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
        inputWrapperOrder={fieldOrder}
        min={0}
        max={55}
        allowDecimal={false}
        clampBehavior="none"
        suffix={` ${t('policies.seconds')}`}
        {...form.getInputProps('engineWaitSeconds')}
      />
    </>
  );
}

/** A field of whole minutes, up to thirty days. */
function Minutes(props: React.ComponentProps<typeof NumberInput>): React.ReactNode {
  const { t } = useTranslation();
  return (
    <NumberInput
      w={260}
      inputWrapperOrder={fieldOrder}
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
      inputWrapperOrder={fieldOrder}
      {...shareLimits}
      decimalScale={2}
      decimalSeparator={decimalSeparator()}
      allowedDecimalSeparators={['.', ',']}
      suffix=" %"
      clampBehavior="none"
      {...props}
    />
  );
}
