import { Injectable } from '@nestjs/common';
import { webhookEvents } from '../webhook/webhook-events.js';
import { type WebhookOwner, WebhookService } from '../webhook/webhook.service.js';
import { type Webhook } from '../webhook/webhook.entity.js';
import { difference, type FieldChange } from './difference.js';
import { type ProvisionedWebhook } from './dto/provisioned-organization.js';
import { type Placed } from './placed.js';
import { configuration, type ProvisioningRun } from './provisioning-run.js';

/** Webhooks, which are known by their addresses: those of the whole server, and those of organizations. */
@Injectable()
export class WebhookProvisioning {
  constructor(private readonly webhooks: WebhookService) {}

  async apply(run: ProvisioningRun, owner: WebhookOwner, place: Placed<ProvisionedWebhook>, of = ''): Promise<void> {
    const { url, format = 'standard', secret } = place.value;
    if (format !== 'standard' && place.holds('url')) {
      place.refuse(`give urlFile or urlEnv: the address of a ${format} webhook is a secret`, ['url']);
    }
    const present = await this.webhooks.withUrl(owner, url);
    if (!present && format === 'standard' && secret === undefined) {
      place.refuse('secretFile or secretEnv is missing: the receiver checks the signatures with it');
    }
    const found = present ?? (await this.create(owner, place.value));
    // The rest of an address may be a secret.
    const what = `webhook to ${found.host}${of}`;
    if (!present) run.created(what, place);
    const fields = await this.change(owner, found, place.value);
    if (fields.length > 0) run.changed(what, place, fields);
  }

  private async create(owner: WebhookOwner, { enabled: _, ...wanted }: ProvisionedWebhook): Promise<Webhook> {
    const { id } = await this.webhooks.create(configuration, owner, wanted);
    return this.webhooks.stored(owner, id);
  }

  private async change(owner: WebhookOwner, found: Webhook, wanted: ProvisionedWebhook): Promise<FieldChange[]> {
    const { url, format, caCertificate, enabled, secret } = wanted;
    const settings = { events: inOrder(wanted), format, caCertificate: caCertificate?.trim(), enabled };
    const present = { events: inOrder(found), format: found.format, enabled: found.enabled };
    const fields = difference(settings, { ...present, caCertificate: found.caCertificate ?? '' });
    if (fields.length > 0) await this.webhooks.change(configuration, owner, found.id, { url, ...settings });
    if (secret === undefined || this.webhooks.hasSecret(found, secret)) return fields;
    await this.webhooks.rotateSecret(configuration, owner, found.id, secret);
    return [...fields, { name: 'secret' }];
  }
}

/** Which events they are is what counts. */
function inOrder({ events }: Pick<Webhook, 'events'>): Webhook['events'] {
  return webhookEvents.filter((event) => events.includes(event));
}
