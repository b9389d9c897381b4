import { NumberInput, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { AllocationView, OrganizationView } from '../../generated/api';
import { answer, api } from '../api/client';
import { queryClient } from '../api/queries';
import { FormDialog } from '../forms/dialog';
import { useVersionedForm, type VersionedForm } from '../forms/use-versioned-form';
import { notifyDone } from '../components/notify';
import { allocationsQuery } from './allocations-query';

interface Props {
  organization: OrganizationView;
  onClose: () => void;
}

/** Gives an organization its share of what is granted. */
export function Allocate(props: Props): React.ReactNode {
  const { data } = useQuery(allocationsQuery(props.organization.id));
  return data && <Form {...props} allocations={data} />;
}

/** Seats by product and model; empty: no share of its own. */
type Values = Record<string, number | string>;

const keyOf = ({ product, model }: AllocationView): string => `${product} ${model}`;

function Form({
  organization,
  allocations: read,
  onClose,
}: Props & { allocations: AllocationView[] }): React.ReactNode {
  const { t } = useTranslation();
  const offeredOf = (list: AllocationView[]): AllocationView[] =>
    list.filter(({ granted, quantity }) => granted > 0 || quantity !== null);
  const most = ({ granted, allocatedElsewhere }: AllocationView): number => Math.max(0, granted - allocatedElsewhere);
  const state: VersionedForm<AllocationView[], Values> = useVersionedForm<AllocationView[], Values>({
    read,
    valuesOf: (list) => Object.fromEntries(offeredOf(list).map((each) => [keyOf(each), each.quantity ?? ''])),
    validate: (values) =>
      Object.fromEntries(
        Object.entries(values).map(([key, value]) => {
          const row = state.basis.find((each) => keyOf(each) === key);
          const limit = row ? most(row) : 0;
          const isTooMany = value !== '' && Number(value) > limit;
          return [key, isTooMany ? t('administration.allocations.tooMany', { count: limit }) : null];
        }),
      ),
    readAgain: () => queryClient.query({ ...allocationsQuery(organization.id), staleTime: 0 }),
    save: async (values, before) => {
      const changed = offeredOf(before).filter((each) => String(values[keyOf(each)]) !== String(each.quantity ?? ''));
      await answer(
        api.PUT('/api/v1/organizations/{organizationId}/allocations', {
          params: { path: { organizationId: organization.id } },
          body: changed.map((each) => {
            const value = values[keyOf(each)];
            const quantity = value === '' || value === undefined ? null : Number(value);
            return { product: each.product, model: each.model, quantity, version: each.version };
          }),
        }),
      );
      await queryClient.invalidateQueries({ queryKey: ['allocations'] });
      notifyDone(t('administration.allocations.done', { name: organization.name }));
      onClose();
      return undefined;
    },
  });
  const { form, submit, pending, failure, unsaved, conflict, basis } = state;
  const nameOf = ({ product, model }: Pick<AllocationView, 'product' | 'model'>): string =>
    `${t(`app.productName.${product}`)}, ${t(`app.model.${model}`)}`;
  return (
    <FormDialog
      title={t('administration.allocations.changeFor', { name: organization.name })}
      action={t('administration.allocations.save')}
      submit={submit}
      pending={pending}
      failure={failure}
      unsaved={unsaved}
      conflict={conflict}
      nameOf={(field) => {
        const named = basis.find((each) => keyOf(each) === field);
        return named ? nameOf(named) : field;
      }}
      onClose={onClose}
    >
      <Text size="sm" c="dimmed">
        {t('administration.allocations.hint')}
      </Text>
      {offeredOf(basis).map((each, index) => (
        <NumberInput
          key={keyOf(each)}
          label={nameOf(each)}
          description={t('administration.allocations.most', {
            count: most(each),
            granted: each.granted,
            elsewhere: each.allocatedElsewhere,
          })}
          placeholder={t('administration.allocations.empty', { count: each.quantity === null ? each.quota : 0 })}
          min={0}
          clampBehavior="none"
          allowDecimal={false}
          allowNegative={false}
          data-autofocus={index === 0 || undefined}
          {...form.getInputProps(keyOf(each))}
        />
      ))}
    </FormDialog>
  );
}
