import { Alert, Button, Stack, Text } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { CircleCheck, CircleX, Send } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { failureOf } from '../components/describe-error';
import { Failure } from '../forms/failure';
import { DeliveryError, Excerpt } from './delivery-parts';
import { type WebhookOwner, testWebhook } from './webhook-calls';
import { testOf, type WebhookValues } from './webhook-values';

interface Props {
  owner: WebhookOwner;
  webhookId: number;
  values: WebhookValues;
}

/** Sends a test message to what is in the form, and shows what the receiver answered. */
export function WebhookTest({ owner, webhookId, values }: Props): React.ReactNode {
  const { t } = useTranslation();
  const test = useMutation({ mutationFn: () => testWebhook(owner, webhookId, testOf(values)) });
  const { data: result } = test;
  return (
    <Stack gap="sm" align="stretch">
      <Button
        variant="light"
        loading={test.isPending}
        leftSection={<Send size={16} aria-hidden />}
        onClick={() => test.mutate()}
      >
        {t('webhooks.test')}
      </Button>
      <Failure>{failureOf(test.error)}</Failure>
      <div role="status">
        {result && (
          <Alert
            color={result.delivered ? 'pine' : 'red'}
            icon={result.delivered ? <CircleCheck size={18} aria-hidden /> : <CircleX size={18} aria-hidden />}
            title={result.delivered ? t('webhooks.testDelivered') : t('webhooks.testFailed')}
          >
            <Stack gap="xs">
              <Text size="sm">
                {result.error === null ? (
                  t('webhooks.answered', { status: result.status ?? '–', millis: result.durationMillis })
                ) : (
                  <DeliveryError error={result.error} status={result.status} />
                )}
              </Text>
              {result.response && <Excerpt label={t('webhooks.deliveries.response')} text={result.response} />}
            </Stack>
          </Alert>
        )}
      </div>
    </Stack>
  );
}
