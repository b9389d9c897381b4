import type { ParseKeys } from 'i18next';
import { useTranslation } from 'react-i18next';
import { Failure } from '../forms/failure';

/** Why a provider's sign-in has ended here, in the words for the code in the page's address. */
export function Refused({ code }: { code: string }): React.ReactNode {
  const { t, i18n } = useTranslation();
  const key = `singleSignOn.refused.${code}`;
  return <Failure>{i18n.exists(key) ? t(key as ParseKeys) : t('singleSignOn.refused.other')}</Failure>;
}
