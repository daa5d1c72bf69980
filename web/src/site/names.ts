/** What names an entry on its board. */
export interface Named {
  vendor: string;
  config_name: string;
}

export const nameOf = ({ vendor, config_name }: Named): string => `${vendor}/${config_name}`;
