function Confirm-QnapAction {
    # ShouldProcess for every cmdlet. Callers act inside `if (Confirm-QnapAction ...) { }` and nowhere else: in a session that cannot
    # ask, ShouldProcess throws, and a statement after a refused one would still run.
    param($Cmdlet, [string]$Target, [string]$Action, [string]$Caption)
    try { if ($Caption) { $Cmdlet.ShouldProcess($Target, $Action, $Caption) } else { $Cmdlet.ShouldProcess($Target, $Action) } }
    catch {
        # A plan was shown with the question: its first line says what it is about.
        $about = ($Target -split '\r?\n')[0]
        Stop-QnapCmdlet (New-QnapErrorRecord ConfirmationImpossible ("This session cannot ask for the confirmation that is needed, so nothing was done: " +
                "$about. Add -Confirm:`$false where nobody is there to answer.") PermissionDenied $Target) $Cmdlet
    }
}
