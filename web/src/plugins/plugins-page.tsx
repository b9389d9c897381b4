import { useTranslation } from 'react-i18next';
import { useOrganization } from '../app/use-me';
import { PageHeader } from '../components/layout/page-header';
import { PluginLibrary } from './plugin-library';

/** Plugins that the organization's members can fetch: its own, and the public ones. */
export function PluginsPage(): React.ReactNode {
  const { t } = useTranslation();
  const { id, may } = useOrganization();
  return (
    <>
      <PageHeader title={t('plugins.title')} text={t('plugins.text')} />
      <PluginLibrary key={id} library={id} manages={may('plugin.manage')} />
    </>
  );
}
