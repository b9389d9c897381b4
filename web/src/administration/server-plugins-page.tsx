import { useTranslation } from 'react-i18next';
import { PluginLibrary } from '../plugins/plugin-library';
import { PageHeader } from '../components/layout/page-header';

/** Plugins for everybody on this server. */
export function ServerPluginsPage(): React.ReactNode {
  const { t } = useTranslation();
  return (
    <>
      <PageHeader title={t('plugins.publicTitle')} text={t('plugins.publicText')} />
      <PluginLibrary library="public" manages />
    </>
  );
}
