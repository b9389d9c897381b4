import { NumberInput, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { AllocationView, OrganizationView } from '../../generated/api';
import { answer, api } from '../api/client';
import { queryClient } from '../api/queries';
import { FormDialog } from '../forms/dialog';
import { useServerForm } from '../forms/use-server-form';
import { tellDone } from '../show/tell';
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

const keyOf = ({ product, model }: AllocationView): string => `${product} ${model}`;

function Form({
  organization,
  allocations: newest,
  onClose,
}: Props & { allocations: AllocationView[] }): React.ReactNode {
  const { t } = useTranslation();
  // What the form was filled from: the page may have newer ones by now.
  const [allocations] = useState(newest);
  const offered = allocations.filter(({ granted, quantity }) => granted > 0 || quantity !== null);
  const most = ({ granted, allocatedElsewhere }: AllocationView): number => Math.max(0, granted - allocatedElsewhere);
  const { form, submit, pending, failure } = useServerForm(
    {
      initialValues: Object.fromEntries(offered.map((each) => [keyOf(each), each.quantity ?? ''])),
      validate: Object.fromEntries(
        offered.map((each) => [
          keyOf(each),
          (value: number | string) =>
            value !== '' && Number(value) > most(each)
              ? t('administration.allocations.tooMany', { count: most(each) })
              : null,
        ]),
      ),
    },
    async (values) => {
      const changed = offered.filter((each) => String(values[keyOf(each)]) !== String(each.quantity ?? ''));
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
      tellDone(t('administration.allocations.done', { name: organization.name }));
      onClose();
    },
  );
  return (
    <FormDialog
      title={t('administration.allocations.changeFor', { name: organization.name })}
      action={t('administration.allocations.save')}
      submit={submit}
      pending={pending}
      failure={failure}
      onClose={onClose}
    >
      <Text size="sm" c="dimmed">
        {t('administration.allocations.hint')}
      </Text>
      {offered.map((each, index) => (
        <NumberInput
          key={keyOf(each)}
          label={`${t(`app.productName.${each.product}`)}, ${t(`app.model.${each.model}`)}`}
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
