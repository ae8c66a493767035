#Requires -Version 7.4
# Draws docs/images/icon.png, the icon of the package, from docs/images/icon.svg. Run it after you change the drawing.
Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'

if (-not (Get-Command rsvg-convert -CommandType Application -ErrorAction Ignore)) {
    throw 'rsvg-convert is missing. It comes with librsvg (Debian: librsvg2-bin; Homebrew: librsvg).'
}
$images = Join-Path $PSScriptRoot 'images'
& rsvg-convert --width 128 --height 128 --output (Join-Path $images 'icon.png') (Join-Path $images 'icon.svg')
if ($LASTEXITCODE) { throw "rsvg-convert failed with exit code $LASTEXITCODE." }
