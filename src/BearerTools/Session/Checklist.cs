using System.Text;
using BearerTools.Pipeline;

namespace BearerTools.Session;

/// <summary>The result of a connection test as a screen of text: a row for each step, then the first broken step with its remedy.</summary>
internal sealed class Checklist
{
    private const int NarrowestScreen = 40;
    private const int WidestScreen = 120;
    private const int StatusWidth = 9;
    private const int StepWidth = 12;
    private const string Reset = "\u001b[0m";

    private readonly StringBuilder _text = new();
    private readonly int _width;

    public Checklist(BearerConnectionTestResult result, int width)
    {
        _width = Math.Clamp(width, NarrowestScreen, WidestScreen);
        Paragraph(result.Uri is null ? $"Test {result.Subject}" : $"{result.Method} {result.Uri} {result.Subject}");
        Line();
        foreach (var step in result.Steps) Row(step);
        Line();
        if (result.FailedStep is { } failed)
        {
            Explain(failed);
            return;
        }

        var warnings = result.Steps.Where(step => step.Status == BearerCheckStatus.Warning).ToArray();
        if (warnings.Length == 0) Paragraph("All steps passed.");
        foreach (var warning in warnings) Explain(warning);
    }

    public string Text => _text.ToString().TrimEnd();

    private void Row(BearerConnectionTestStep step)
    {
        var (word, colour) = step.Status switch
        {
            BearerCheckStatus.Passed => ("ok", "\u001b[32m"),
            BearerCheckStatus.Warning => ("warning", "\u001b[33m"),
            BearerCheckStatus.Failed => ("FAILED", "\u001b[91m"),
            _ => ("-", "\u001b[90m"),
        };
        var space = _width - StatusWidth - StepWidth;
        var found = step.Found.Length <= space ? step.Found : step.Found[..(space - 1)] + "…";
        _text.Append(colour).Append(word.PadRight(StatusWidth)).Append(Reset).Append(step.Step.PadRight(StepWidth));
        Line(step.Status == BearerCheckStatus.NotReached ? $"\u001b[90m{found}{Reset}" : found);
    }

    private void Explain(BearerConnectionTestStep step)
    {
        Paragraph($"{step.Step}: {ErrorTable.Sentence(step.Cause ?? step.Found)}");
        if (step.NextStep is { } next) Paragraph($"What to do: {next}");
    }

    /// <summary>Writes text in lines that are no longer than the screen; a longer word has a line of its own.</summary>
    private void Paragraph(string text)
    {
        var length = 0;
        foreach (var word in text.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            if (length > 0 && length + 1 + word.Length > _width)
            {
                Line();
                length = 0;
            }

            if (length > 0) _text.Append(' ');
            _text.Append(word);
            length += word.Length + (length > 0 ? 1 : 0);
        }

        Line();
    }

    private void Line(string text = "") => _text.Append(text).Append('\n');
}
