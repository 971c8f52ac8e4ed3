"""The networks at the reader's side: the one that proposes masks, the one that corrects them."""
