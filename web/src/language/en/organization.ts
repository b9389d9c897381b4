/** An organization itself. */
export const organization = {
  title: 'Settings',
  about: 'Name, number and logo',
  name: 'Name',
  rename: 'Rename',
  id: 'Organization ID',
  idText: 'Clients and scripts name the organization by this number, for example in -orgID.',
  copyId: 'Copy the organization ID',
  logo: {
    title: 'Logo',
    text: 'PNG, JPEG, WebP or SVG. The console scales it to at most 640 × 192 pixels. It is shown in the console and in e-mails.',
    choose: 'Choose image',
    remove: 'Remove logo',
    none: 'No logo',
    unreadable: 'This file is not an image that your browser can read.',
  },
  new: {
    none: 'You are not in an organization',
    closed: 'You cannot create organizations',
    closedText:
      'Ask the owner or an admin of an organization to invite you, or ask the server administrator for a new organization.',
    unverifiedText:
      'Ask the owner or an admin of an organization to invite you. To create organizations, your e-mail address has to be verified: see your profile, or ask the server administrator.',
    title: 'Create organization',
    text: 'An organization holds seats and the people who use them. You will be its owner.',
    example: 'Acme Testing',
    submit: 'Create organization',
  },
  transfer: {
    title: 'Transfer ownership',
    text: 'There is always exactly one owner, who alone may transfer or delete the organization.',
    open: 'Transfer ownership',
    what: 'The member you choose becomes the owner. You stay in the organization as an admin.',
    newOwner: 'New owner',
    choose: 'Choose a member.',
    done: 'The organization has a new owner.',
  },
  leave: {
    title: 'Leave this organization',
    text: 'You lose its seats at once. To come back you need a new invitation.',
    open: 'Leave',
    confirm: 'Leave {{name}}?',
  },
  delete: {
    title: 'Delete this organization',
    text: 'Its members, teams, invitations and utilization are deleted with it. Its seats go back to the server.',
    open: 'Delete organization',
    confirm: 'Delete {{name}}?',
    what: 'This cannot be undone: members, teams, invitations and utilization are gone for good. An organization with sessions under way, or with offline licenses, cannot be deleted.',
    type: 'Type “{{name}}” to confirm',
    differs: 'This is not the name of the organization.',
  },
} as const;
