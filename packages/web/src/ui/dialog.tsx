import { type ReactElement, type ReactNode, useEffect, useId, useRef } from 'react'

/** Asks before something is done. Esc and Cancel close it; Enter on the button does it. */
export function ConfirmDialog(props: {
  readonly title: string
  readonly action: string
  readonly danger?: boolean
  readonly children?: ReactNode
  readonly onConfirm: () => void
  readonly onClose: () => void
}): ReactElement {
  const dialog = useRef<HTMLDialogElement>(null)
  const id = useId()
  useEffect(() => dialog.current?.showModal(), [])
  return (
    <dialog ref={dialog} className="dialog" aria-labelledby={id} onClose={props.onClose}>
      <form
        method="dialog"
        onSubmit={(event) => {
          event.preventDefault()
          props.onConfirm()
          props.onClose()
        }}
      >
        <h2 id={id}>{props.title}</h2>
        {props.children}
        <div className="dialog-buttons">
          <button type="button" className="button" onClick={props.onClose}>
            Cancel
          </button>
          <button type="submit" className={props.danger === true ? 'button danger' : 'button primary'} autoFocus>
            {props.action}
          </button>
        </div>
      </form>
    </dialog>
  )
}
