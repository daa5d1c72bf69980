import "./forms.css";

import type { ComponentChildren } from "preact";
import { useEffect, useId, useRef } from "preact/hooks";
import { useWords } from "../words";
import { Dialog } from "./Dialog";
import { Failure } from "./Failure";
import { Icon } from "./Icon";
import { faultOfField, type Sending, useSending } from "./sending";

/** What a control needs so that its label, hint and fault belong to it for everybody. */
export interface Control {
  id: string;
  name: string;
  "aria-describedby": string | undefined;
  "aria-invalid": "true" | undefined;
  required: boolean;
}

interface FieldProps {
  label: string;
  /** As the body names it: faults of the service find their field by it. */
  name: string;
  hint?: ComponentChildren;
  /** Why what stands there cannot be taken. */
  error?: string | null | undefined;
  isOptional?: boolean;
  children: (control: Control) => ComponentChildren;
}

/** A control with its label above, its hint below, and its fault under both. */
export function Field({ label, name, hint, error, isOptional = false, children }: FieldProps) {
  const { forms } = useWords("common");
  const id = useId();
  const told = [hint ? `${id}-hint` : "", error ? `${id}-fault` : ""].filter(Boolean).join(" ");
  return (
    <div class="field">
      <label class="label" for={id}>
        {label}
        {isOptional && <span class="muted">({forms.optional})</span>}
      </label>
      {children({
        id,
        name,
        "aria-describedby": told || undefined,
        "aria-invalid": error ? "true" : undefined,
        required: !isOptional,
      })}
      {hint && <span id={`${id}-hint`}>{hint}</span>}
      {error && (
        <span id={`${id}-fault`} class="fault">
          {error}
        </span>
      )}
    </div>
  );
}

type OwnField = Omit<FieldProps, "children">;

interface TextProps extends OwnField {
  value: string;
  onchange: (value: string) => void;
  type?: "text" | "email" | "url" | "number" | "password" | "date";
  /** More than one line. */
  rows?: number;
  autocomplete?: string;
  min?: number;
  max?: number;
  maxLength?: number;
}

/** A line, or some, that is typed. */
export function TextField({
  value,
  onchange,
  type = "text",
  rows,
  autocomplete,
  min,
  max,
  maxLength,
  ...own
}: TextProps) {
  return (
    <Field {...own}>
      {(control) =>
        rows ? (
          <textarea
            {...control}
            rows={rows}
            value={value}
            maxLength={maxLength}
            onInput={(event) => onchange(event.currentTarget.value)}
          />
        ) : (
          <input
            {...control}
            type={type}
            value={value}
            min={min}
            max={max}
            maxLength={maxLength}
            autoComplete={autocomplete ?? "off"}
            spellcheck={false}
            onInput={(event) => onchange(event.currentTarget.value)}
          />
        )
      }
    </Field>
  );
}

interface SelectProps extends OwnField {
  value: string;
  onchange: (value: string) => void;
  /** Values and how they are called. */
  options: readonly (readonly [value: string, shown: string])[];
}

/** One of some. */
export function SelectField({ value, onchange, options, ...own }: SelectProps) {
  return (
    <Field {...own}>
      {(control) => (
        <select {...control} value={value} onChange={(event) => onchange(event.currentTarget.value)}>
          {options.map(([one, shown]) => (
            <option key={one} value={one}>
              {shown}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}

interface CheckProps {
  label: ComponentChildren;
  name: string;
  isChecked: boolean;
  onchange: (isChecked: boolean) => void;
}

/** Yes or no. */
export function CheckField({ label, name, isChecked, onchange }: CheckProps) {
  return (
    <label class="check">
      <input
        type="checkbox"
        name={name}
        checked={isChecked}
        onChange={(event) => onchange(event.currentTarget.checked)}
      />
      <span>{label}</span>
    </label>
  );
}

/** A button that says when its work is under way. It stays focusable then, and `useSending` sends once. */
export function SubmitButton({ busy, children, kind = "main" }: SubmitButtonProps) {
  const { forms } = useWords("common");
  return (
    <button type="submit" class={`button ${kind}`} aria-disabled={busy ? "true" : undefined} aria-busy={busy}>
      {busy && <span class="busy-mark" aria-hidden="true" />}
      {busy ? forms.busy : children}
    </button>
  );
}

interface SubmitButtonProps {
  busy: boolean;
  children: ComponentChildren;
  kind?: "main" | "bad" | "";
}

/** A fault of a form, found before anything is sent: which field, and why. */
export interface FormFault {
  name: string;
  label: string;
  reason: string;
}

/** Every fault at once, above the form; it takes the focus, and leads to each field. */
export function ErrorSummary({ faults }: { faults: readonly FormFault[] }) {
  const { forms } = useWords("common");
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (faults.length > 0) place.current?.focus();
  }, [faults]);
  if (faults.length === 0) return null;
  const lead = (event: Event, name: string) => {
    event.preventDefault();
    place.current
      ?.closest("form")
      ?.querySelector<HTMLElement>(`[name="${CSS.escape(name)}"]`)
      ?.focus();
  };
  return (
    <div ref={place} class="summary" role="alert" tabIndex={-1}>
      <h3>
        <Icon name="warning" /> {forms.faults(faults.length)}
      </h3>
      <ul>
        {faults.map(({ name, label, reason }) => (
          <li key={name}>
            <a href={`#${name}`} onClick={(event) => lead(event, name)}>
              {label}
            </a>
            : {reason}
          </li>
        ))}
      </ul>
    </div>
  );
}

interface FormProps {
  /** Names the form for those who listen. */
  label: string;
  /** What is sent, and what became of it. */
  sending: Sending;
  onsubmit: () => void;
  faults?: readonly FormFault[];
  children: ComponentChildren;
}

/** A form of the page: sent by Enter and by its button, checked by us and not by the browser's own balloons. */
export function Form({ label, sending, onsubmit, faults = [], children }: FormProps) {
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (sending.error !== null) place.current?.focus();
  }, [sending.error]);
  const submit = (event: Event) => {
    event.preventDefault();
    // A form in a dialog of a form's page belongs to itself alone.
    event.stopPropagation();
    onsubmit();
  };
  return (
    <form class="form" aria-label={label} noValidate onSubmit={submit}>
      <ErrorSummary faults={faults} />
      {sending.error !== null && (
        <div ref={place} tabIndex={-1}>
          <Failure error={sending.error} title={label} />
        </div>
      )}
      {children}
    </form>
  );
}

interface ConfirmProps {
  title: string;
  /** What the button says that does it. */
  action: string;
  /** For what cannot be taken back. */
  isBad?: boolean;
  onconfirm: () => Promise<void>;
  onclose: () => void;
  children: ComponentChildren | ((sending: Sending) => ComponentChildren);
}

/** Asks before something is done, and stays open, with the reason, where it could not be done. */
export function Confirm({ title, action, isBad = false, onconfirm, onclose, children }: ConfirmProps) {
  const { cancel } = useWords("common");
  const sending = useSending();
  const place = useRef<HTMLDivElement>(null);
  // Closing by the browser gives the focus back to what opened the dialog.
  const close = () => place.current?.closest("dialog")?.close();
  const confirm = async () => {
    if (await sending.send(onconfirm)) close();
  };
  return (
    <Dialog title={title} onclose={onclose}>
      <div ref={place}>
        <Form label={title} sending={sending} onsubmit={() => void confirm()}>
          {typeof children === "function" ? children(sending) : children}
          <div class="row">
            <SubmitButton busy={sending.isSending} kind={isBad ? "bad" : "main"}>
              {action}
            </SubmitButton>
            <button type="button" class="button plain" onClick={close}>
              {cancel}
            </button>
          </div>
        </Form>
      </div>
    </Dialog>
  );
}

/** Says that something was done, to everybody. */
export function Done({ children }: { children: ComponentChildren }) {
  return (
    <p class="said" role="status">
      <Icon name="check" />
      <span>{children}</span>
    </p>
  );
}

export { faultOfField, type Sending, useSending };
