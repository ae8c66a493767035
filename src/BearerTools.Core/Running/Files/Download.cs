using BearerTools.Http;
using BearerTools.Http.Bodies;

namespace BearerTools.Running.Files;

/// <summary>Saves the answer to one input, and with <c>-Resume</c> goes on where an earlier try ended.</summary>
internal sealed class Download(OutTarget target, bool resumes, Transfer? transfer)
{
    private long _have;

    /// <summary>All of it was there before.</summary>
    public bool IsWhole { get; private set; }

    /// <summary>There is a part, which an error in place of the rest must not take the place of: what to do with it.</summary>
    public string? GoOn { get; private set; }

    /// <summary>Asks for what is missing.</summary>
    public async Task<Answer> SendAsync(IRequestSender sender, RequestRecipe recipe, Exchange exchange)
    {
        if (!resumes) return await sender.SendAsync(recipe, exchange).ConfigureAwait(false);
        var (have, notes) = target.Known!.Found();
        var answer = await sender.SendAsync(recipe with { Resume = Resumption.From(have, notes) }, exchange).ConfigureAwait(false);
        if (have == 0) return answer;
        GoOn = target.Known.HowToGoOn(have);
        switch (Resumption.Judge(answer.Message, have, notes))
        {
            case Rest.GoesOn:
                exchange.Say?.Invoke($"Goes on after {have} bytes of '{target.Known.Place}'.");
                _have = have;
                return answer;
            case Rest.IsNothing:
                exchange.Say?.Invoke($"'{target.Known.Place}' is all there.");
                IsWhole = true;
                return answer;
            case Rest.BeginsAnew:
                if (answer.IsSuccess) exchange.Say?.Invoke($"The server does not go on with '{target.Known.Place}' after {have} bytes: it sends all of it again.");
                return answer;
            default:
                answer.Dispose();
                exchange.Say?.Invoke($"What the server has is not what {have} bytes of '{target.Known.Place}' are a part of: it is asked for all of it.");
                return await sender.SendAsync(recipe with { Resume = ResumePoint.Beginning }, exchange).ConfigureAwait(false);
        }
    }

    /// <summary>Returns when the file is whole and in its place.</summary>
    /// <exception cref="BearerRequestException">It did not become whole; what came of it is kept.</exception>
    public async Task<string> SaveAsync(Answer answer, Exchange exchange)
    {
        var file = target.For(answer);
        try
        {
            if (!IsWhole) await new BodySaver(file, answer, transfer).SaveAsync(_have, exchange.Cancel).ConfigureAwait(false);
            file.Finish();
        }
        catch (Exception e) when (e is not BearerRequestException && FileTrouble.IsCause(e))
        {
            throw FileTrouble.Writing(e, file.WrittenTo);
        }

        exchange.Say?.Invoke($"Saved to '{file.Place}'.");
        return file.Place;
    }
}
