/** Refusals. In English those that are about more than a field are in the server's own words. */
export const refusal = {
  /** By the broken rule; stands at the field, which need not be named. */
  rule: {
    isMissing: 'Fill this in.',
    isNotEmpty: 'Fill this in.',
    minLength_one: 'Fill this in.',
    minLength_other: 'At least {{count}} characters.',
    maxLength_one: 'At most {{count}} character.',
    maxLength_other: 'At most {{count}} characters.',
    min: 'At least {{limit}}.',
    max: 'At most {{limit}}.',
    isInt: 'Enter a whole number.',
    isNumber: 'Enter a number.',
    isEmail: 'This is not an e-mail address.',
    future: 'Choose a time in the future.',
    'license-end': 'This is after the end of the license.',
    'password-length': 'A password has 8 to 128 characters.',
    'password-blank': 'Blanks alone are no password.',
    'password-email': 'The e-mail address is no password, choose another.',
    'password-common': 'This password is one of the most used ones, choose another.',
    'password-needed': 'Enter the password for this server and user name.',
  },
} as const;
