import { NumberInput, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { AllocationView, OrganizationView } from '../../../generated/api';
import { answer, api } from '../../api/client';
import { queryClient } from '../../api/queries';
import { FormDialog } from '../../forms/dialog';
import { useVersionedForm, type VersionedForm } from '../../forms/use-versioned-form';
import { notifyDone } from '../../components/notify';
import { type AllocationValues, changesOf, keyOf, maxOf, offeredOf, allocationValuesOf } from './allocation-values';
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

function Form({
  organization,
  allocations: read,
  onClose,
}: Props & { allocations: AllocationView[] }): React.ReactNode {
  const { t } = useTranslation();
  const { form, basis, ...state } = useAllocationForm(organization, read, onClose);
  const nameOf = ({ product, model }: Pick<AllocationView, 'product' | 'model'>): string =>
    `${t(`app.productName.${product}`)}, ${t(`app.model.${model}`)}`;
  return (
    <FormDialog
      title={t('administration.allocations.changeFor', { name: organization.name })}
      action={t('administration.allocations.save')}
      {...state}
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
            count: maxOf(each),
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

function useAllocationForm(
  organization: OrganizationView,
  read: AllocationView[],
  onDone: () => void,
): VersionedForm<AllocationView[], AllocationValues> {
  const { t } = useTranslation();
  const state: VersionedForm<AllocationView[], AllocationValues> = useVersionedForm<AllocationView[], AllocationValues>(
    {
      read,
      valuesOf: allocationValuesOf,
      validate: (values) =>
        Object.fromEntries(
          Object.entries(values).map(([key, value]) => {
            const row = state.basis.find((each) => keyOf(each) === key);
            const limit = row ? maxOf(row) : 0;
            const isTooMany = value !== '' && Number(value) > limit;
            return [key, isTooMany ? t('administration.allocations.tooMany', { count: limit }) : null];
          }),
        ),
      readAgain: () => queryClient.query({ ...allocationsQuery(organization.id), staleTime: 0 }),
      save: async (values, before) => {
        await answer(
          api.PUT('/api/v1/organizations/{organizationId}/allocations', {
            params: { path: { organizationId: organization.id } },
            body: changesOf(values, before),
          }),
        );
        await queryClient.invalidateQueries({ queryKey: ['allocations'] });
        notifyDone(t('administration.allocations.done', { name: organization.name }));
        onDone();
        return undefined;
      },
    },
  );
  return state;
}
