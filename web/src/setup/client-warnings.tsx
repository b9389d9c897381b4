import { Alert } from '@mantine/core';
import { TriangleAlert } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { LicenseView } from '../../generated/api';

/** Seats of a license that Studio or Runtime Engine will not accept, and what to do. */
export function ClientWarnings({ seats }: { seats: LicenseView['unacceptedSeats'] }): React.ReactNode {
  const { t } = useTranslation();
  if (seats.length === 0) return null;
  return (
    <Alert color="yellow" icon={<TriangleAlert size={18} aria-hidden />} p="sm" role="note">
      {seats.map(({ product, model, evaluation }) => (
        <div key={`${product} ${model} ${evaluation}`}>
          {t(evaluation ? 'licenses.unaccepted.evaluation' : `licenses.unaccepted.${product}`, {
            model: t(`app.model.${model}`),
            product: t(`app.productName.${product}`),
          })}
        </div>
      ))}
    </Alert>
  );
}
