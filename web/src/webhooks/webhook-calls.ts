import type {
  DeliveryPage,
  DeliveryView,
  NewWebhook,
  WebhookChange,
  WebhookPage,
  WebhookTestRequest,
  WebhookTestResult,
  WebhookView,
  WebhookWithSecret,
} from '../../generated/api';
import { answer, api } from '../api/client';
import type { PageRequest } from '../table/list-request';

/** Whose webhooks: an organization's, by its id, or those of the whole server. */
export type WebhookOwner = number | 'server';

export type WebhookFormat = WebhookView['format'];
export type WebhookEvent = WebhookView['events'][number];
export type DeliveryState = DeliveryView['state'];

/** Where the list is, below the server's root. */
export function webhooksPath(owner: WebhookOwner): string {
  return owner === 'server' ? '/api/v1/webhooks' : `/api/v1/organizations/${owner}/webhooks`;
}

/** The key of a query about an owner's webhooks. */
export function webhookKey(owner: WebhookOwner, ...more: unknown[]): readonly unknown[] {
  return ['webhooks', owner, ...more];
}

const ofServer = '/api/v1/webhooks';
const ofOrganization = '/api/v1/organizations/{organizationId}/webhooks';

export function webhooksOf(owner: WebhookOwner, query: PageRequest): Promise<WebhookPage> {
  return answer(
    owner === 'server'
      ? api.GET(ofServer, { params: { query } })
      : api.GET(ofOrganization, { params: { path: { organizationId: owner }, query } }),
  );
}

export function createWebhook(owner: WebhookOwner, body: NewWebhook): Promise<WebhookWithSecret> {
  return answer(
    owner === 'server'
      ? api.POST(ofServer, { body })
      : api.POST(ofOrganization, { params: { path: { organizationId: owner } }, body }),
  );
}

export function readWebhook(owner: WebhookOwner, webhookId: number): Promise<WebhookView> {
  return answer(
    owner === 'server'
      ? api.GET(`${ofServer}/{webhookId}`, { params: { path: { webhookId } } })
      : api.GET(`${ofOrganization}/{webhookId}`, { params: { path: { organizationId: owner, webhookId } } }),
  );
}

export function changeWebhook(owner: WebhookOwner, webhookId: number, body: WebhookChange): Promise<WebhookView> {
  return answer(
    owner === 'server'
      ? api.PATCH(`${ofServer}/{webhookId}`, { params: { path: { webhookId } }, body })
      : api.PATCH(`${ofOrganization}/{webhookId}`, { params: { path: { organizationId: owner, webhookId } }, body }),
  );
}

export async function deleteWebhook(owner: WebhookOwner, webhookId: number): Promise<void> {
  await answer(
    owner === 'server'
      ? api.DELETE(`${ofServer}/{webhookId}`, { params: { path: { webhookId } } })
      : api.DELETE(`${ofOrganization}/{webhookId}`, { params: { path: { organizationId: owner, webhookId } } }),
  );
}

export function rotateSecret(owner: WebhookOwner, webhookId: number): Promise<WebhookWithSecret> {
  return answer(
    owner === 'server'
      ? api.POST(`${ofServer}/{webhookId}/rotate-secret`, { params: { path: { webhookId } } })
      : api.POST(`${ofOrganization}/{webhookId}/rotate-secret`, {
          params: { path: { organizationId: owner, webhookId } },
        }),
  );
}

/** @param body what differs from the webhook as it is stored */
export function testWebhook(
  owner: WebhookOwner,
  webhookId: number,
  body: WebhookTestRequest,
): Promise<WebhookTestResult> {
  return answer(
    owner === 'server'
      ? api.POST(`${ofServer}/{webhookId}/test`, { params: { path: { webhookId } }, body })
      : api.POST(`${ofOrganization}/{webhookId}/test`, {
          params: { path: { organizationId: owner, webhookId } },
          body,
        }),
  );
}

export function deliveriesOf(
  owner: WebhookOwner,
  webhookId: number,
  query: PageRequest & { state?: DeliveryState },
): Promise<DeliveryPage> {
  return answer(
    owner === 'server'
      ? api.GET(`${ofServer}/{webhookId}/deliveries`, { params: { path: { webhookId }, query } })
      : api.GET(`${ofOrganization}/{webhookId}/deliveries`, {
          params: { path: { organizationId: owner, webhookId }, query },
        }),
  );
}

export async function redeliver(owner: WebhookOwner, webhookId: number, deliveryId: number): Promise<void> {
  await answer(
    owner === 'server'
      ? api.POST(`${ofServer}/{webhookId}/deliveries/{deliveryId}/redeliver`, {
          params: { path: { webhookId, deliveryId } },
        })
      : api.POST(`${ofOrganization}/{webhookId}/deliveries/{deliveryId}/redeliver`, {
          params: { path: { organizationId: owner, webhookId, deliveryId } },
        }),
  );
}
