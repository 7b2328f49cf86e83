# Runs a script, sorts what it gives by stream, and writes that as one line of JSON behind a mark. What the script writes to the
# screen stands before the mark.
function Invoke-Script([string]$Base64) {
    $script = [scriptblock]::Create([Text.Encoding]::UTF8.GetString([Convert]::FromBase64String($Base64)))
    $result = @{ output = @(); errors = @(); warnings = @(); verbose = @() }
    foreach ($item in @(try { . $script 2>&1 3>&1 4>&1 } catch { $_ })) {
        if ($item -is [Management.Automation.ErrorRecord]) {
            $result.errors += @{
                id = $item.FullyQualifiedErrorId; message = [string]$item
                category = [string]$item.CategoryInfo.Category; target = [string]$item.TargetObject
            }
        }
        elseif ($item -is [Management.Automation.WarningRecord]) { $result.warnings += [string]$item }
        elseif ($item -is [Management.Automation.VerboseRecord]) { $result.verbose += [string]$item }
        else { $result.output += , $item }
    }
    '=====' + (ConvertTo-Json $result -Depth 6 -Compress)
}
