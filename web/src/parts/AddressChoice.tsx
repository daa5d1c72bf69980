import { change, useAddress } from "../address";

interface AddressChoiceProps {
  label: string;
  /** The key of the address that holds the choice. */
  name: string;
  /** What is chosen where the address says nothing, or what is none of the choices. */
  first: string;
  choices: Readonly<Record<string, string>>;
}

/** One choice of several, kept in the address. */
export function AddressChoice({ label, name, first, choices }: AddressChoiceProps) {
  const asked = useAddress()[name] ?? first;
  const value = Object.hasOwn(choices, asked) ? asked : first;
  return (
    <label class="field">
      {label}
      <select
        value={value}
        onChange={({ currentTarget }) => change({ [name]: currentTarget.value === first ? null : currentTarget.value })}
      >
        {Object.entries(choices).map(([id, title]) => (
          <option key={id} value={id}>
            {title}
          </option>
        ))}
      </select>
    </label>
  );
}

/** What the address chooses, where it is one of the choices. */
export const chosenOf = <Choice extends string>(
  asked: string | undefined,
  choices: Readonly<Record<Choice, string>>,
  first: Choice,
): Choice => (asked !== undefined && Object.hasOwn(choices, asked) ? (asked as Choice) : first);
