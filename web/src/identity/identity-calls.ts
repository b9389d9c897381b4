import type { IdentityProviderView, NewIdentityProvider, ProviderTest } from '../../generated/api';
import { answer, api } from '../api/client';
import { queryClient } from '../api/queries';
import { bodyOf, type Kind, type ProviderValues } from './provider-values';

export const identityKey = ['identity-providers'] as const;

const pathOf = (providerId: number): { params: { path: { providerId: number } } } => ({
  params: { path: { providerId } },
});

/** All providers: there are few. */
export async function allProviders(): Promise<IdentityProviderView[]> {
  const query = { size: 100, sort: 'name' };
  return (await answer(api.GET('/api/v1/identity-providers', { params: { query } }))).content;
}

export function readProvider(id: number): Promise<IdentityProviderView> {
  return answer(api.GET('/api/v1/identity-providers/{providerId}', pathOf(id)));
}

export async function connectProvider(kind: Kind, values: ProviderValues): Promise<IdentityProviderView> {
  const body = { kind, ...bodyOf(kind, values) } as NewIdentityProvider;
  const made = await answer(api.POST('/api/v1/identity-providers', { body }));
  await queryClient.invalidateQueries({ queryKey: identityKey });
  return made;
}

export async function changeProvider(
  { id, kind, version }: IdentityProviderView,
  values: ProviderValues,
): Promise<IdentityProviderView> {
  const body = { ...bodyOf(kind, values), version };
  const changed = await answer(api.PATCH('/api/v1/identity-providers/{providerId}', { ...pathOf(id), body }));
  await queryClient.invalidateQueries({ queryKey: identityKey });
  return changed;
}

export async function removeProvider(id: number): Promise<void> {
  await answer(api.DELETE('/api/v1/identity-providers/{providerId}', pathOf(id)));
  await queryClient.invalidateQueries({ queryKey: identityKey });
}

export function testProvider(id: number, person: { user?: string; password?: string }): Promise<ProviderTest> {
  return answer(api.POST('/api/v1/identity-providers/{providerId}/test', { ...pathOf(id), body: person }));
}
