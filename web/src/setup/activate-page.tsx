import { Navigate } from '@tanstack/react-router';
import { useSuspenseQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { infoQuery } from '../api/queries';
import { AccountStep } from './account-step';
import { LicenseStep } from './license-step';

/** The first start: a license, then the default account. */
export function ActivatePage(): React.ReactNode {
  const { data: info } = useSuspenseQuery(infoQuery);
  const [token, setToken] = useState('');
  if (info.setup === 'ready') return <Navigate to="/" replace />;
  const Step = info.setup === 'license-required' ? LicenseStep : AccountStep;
  return <Step info={info} token={token} onToken={setToken} />;
}
