import { Stepper } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { LonePage } from '../app/lone-page';
import type { InfoView } from '../../generated/api';

/** What each step of the setup is given. */
export interface StepProps {
  info: InfoView;
  /** The setup token, as far as it is typed. */
  token: string;
  onToken: (token: string) => void;
}

/** The card of a step, with all steps above it. */
export function SetupFrame({
  step,
  title,
  text,
  children,
}: {
  step: number;
  title: string;
  text: string;
  children: ReactNode;
}): ReactNode {
  const { t } = useTranslation();
  return (
    <LonePage title={title} text={text} width={620}>
      <Stepper active={step} size="xs" iconSize={26} aria-label={t('setup.steps')} allowNextStepsSelect={false}>
        <Stepper.Step label={t('setup.license.step')} allowStepSelect={false} />
        <Stepper.Step label={t('setup.account.step')} allowStepSelect={false} />
      </Stepper>
      {children}
    </LonePage>
  );
}
