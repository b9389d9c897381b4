import { administration } from './administration';
import { audit } from './audit';
import { capacity } from './capacity';
import { connect } from './connect';
import { dashboard } from './dashboard';
import { invitation } from './invitation';
import { licenses } from './licenses';
import { mail } from './mail';
import { menu } from './menu';
import { notices } from './notices';
import { organization } from './organization';
import { palette } from './palette';
import { people } from './people';
import { plugins } from './plugins';
import { policies } from './policies';
import { profile } from './profile';
import { secondFactor } from './second-factor';
import { setup } from './setup';
import { show } from './show';
import { singleSignOn } from './single-sign-on';
import { teams } from './teams';
import { users } from './users';
import { utilization } from './utilization';
import { views } from './views';
import { webhooks } from './webhooks';

/** Fetched with the first page that is not the sign-in page; one file for each module. */
export const otherTexts = {
  administration,
  audit,
  capacity,
  connect,
  dashboard,
  invitation,
  licenses,
  mail,
  menu,
  notices,
  organization,
  palette,
  people,
  plugins,
  policies,
  profile,
  secondFactor,
  setup,
  show,
  singleSignOn,
  teams,
  users,
  utilization,
  views,
  webhooks,
} as const;
